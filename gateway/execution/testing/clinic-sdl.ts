const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@requires", "@external", "@shareable", "@tag", "@inaccessible"]
)`

/** Three subgraphs: entities over all of them, chains of `@requires`, abstract types, lists of lists, faults. */
export const CLINIC_SDL: Readonly<Record<string, string>> = {
  patients: `${LINK}
    type Query {
      patient(id: ID!): Patient
      patients(first: Int! = 4): [Patient!]!
      holes: [Patient]
      found: [Found!]
      records: [Record]
      wards: [Ward!]!
      rooms: [[Patient]]
      fault: Int
    }
    type Mutation {
      rename(id: ID!, title: String!): Patient
      refuse: Patient
    }
    scalar JSON
    enum BloodGroup { A B AB ZERO }
    interface Record { id: ID! title: String }
    union Found = Patient | Ward | Device
    type Patient implements Record @key(fields: "id") {
      id: ID!
      title: String
      age: Int!
      weight: Float
      group: BloodGroup
      notes: JSON
      ward: Ward
      friends(first: Int! = 2): [Patient!]
      shaky: String!
      tags: [String]
      matrix: [[Int]]
      measure(unit: String! = "kg", scale: Float = 2): String!
    }
    type Ward implements Record @key(fields: "id") { id: ID! title: String beds: Int! nurse: String! patients: [Patient!]! }
    type Device { serial: Int! patient: Patient }`,
  risk: `${LINK}
    type Query {
      riskiest: [Patient!]!
      predict(row: Row!): Risk!
      predictMany(rows: [Row!]!): [Answer!]!
    }
    type Mutation { assess(id: ID!): Risk! }
    input Row { amount: Float! kind: Level = LOW }
    enum Level { LOW HIGH }
    union Answer = Risk | RowError
    type RowError { index: Int! message: String! level: Level }
    type Risk { probability: Float! level: Level servedBy: Version! history: [Version]! }
    type Version @key(fields: "id", resolvable: false) { id: ID! }
    type Patient @key(fields: "id") {
      id: ID!
      age: Int! @external
      weight: Float @external
      risk(model: String = "logreg"): Risk @requires(fields: "age weight")
      score: Float! @requires(fields: "age")
      frail: Int!
      fate: Boolean
    }
    type Ward @key(fields: "id") { id: ID! load: Float }`,
  registry: `${LINK}
    type Query {
      version(id: ID!): Version
      models: [Model!]!
    }
    scalar JSON
    type Version @key(fields: "id") {
      id: ID! @tag(name: "immutable")
      name: String! @tag(name: "immutable")
      number: Int! @tag(name: "immutable")
      metrics: [Metric!]! @tag(name: "immutable")
      model: Model! @tag(name: "immutable")
      aliases: [String!]!
      card: JSON
    }
    type Metric @tag(name: "immutable") { name: String! value: Float! interval: [Float!] }
    type Model @key(fields: "name") {
      name: String! @tag(name: "immutable")
      team: Team @tag(name: "immutable")
      versions: [Version!]!
    }
    type Team @tag(name: "immutable") { name: String! title: String }
    type Patient @key(fields: "id") {
      id: ID!
      score: Float! @external
      cohort: String @requires(fields: "score")
    }`,
}
