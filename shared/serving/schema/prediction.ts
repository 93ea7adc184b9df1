import 'reflect-metadata'
import {
  Directive,
  Field,
  Float,
  GraphQLISODateTime,
  ID,
  InterfaceType,
  ObjectType,
  registerEnumType,
} from 'type-graphql'

/** Why a version answered. A shadow answers nobody, so it is no route. */
export enum Route {
  CHAMPION = 'CHAMPION',
  CANARY = 'CANARY',
  PINNED = 'PINNED',
  FALLBACK = 'FALLBACK',
}

registerEnumType(Route, {
  name: 'Route',
  description: 'Why a version answered.',
  valuesConfig: {
    CHAMPION: { description: 'It is the version that answers by default.' },
    CANARY: { description: 'A rollout sends it a share of the traffic.' },
    PINNED: { description: 'The caller asked for it with `at`.' },
    FALLBACK: { description: 'The version that should have answered could not.' },
  },
})

/** The version that answered. Only its id is known here; the registry resolves everything else. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ description: 'An immutable, numbered artifact of a model.' })
export class ModelVersion {
  @Field(() => ID, { description: 'Model and version number: `fraud-detector@3`.' })
  id!: string
}

@Directive('@shareable')
@ObjectType({ description: 'That a version will answer no more, from when, and what to ask instead.' })
export class DeprecationNotice {
  @Field(() => GraphQLISODateTime, { description: 'From then on it answers `MODEL_RETIRED`.' })
  sunsetAt!: Date

  @Field(() => String)
  reason!: string

  @Field(() => String, {
    nullable: true,
    description: 'A model (`fraud-detector`) or a version (`fraud-detector@3`); null where nothing replaces it.',
  })
  replacement!: string | null
}

/** What every prediction carries beside a model's outputs. Output classes of a team extend it. */
@InterfaceType({
  description: 'One answered row and its provenance.',
  autoRegisterImplementations: false,
})
export abstract class Prediction {
  @Field(() => ID, { description: 'UUIDv7; outcomes are told by it.' })
  predictionId!: string

  @Field(() => Route, { description: 'Why this version answered.' })
  route!: Route

  @Field(() => Float, { description: 'Time at the subgraph, in milliseconds.' })
  latencyMs!: number

  @Field(() => ModelVersion, { description: 'The version that answered.' })
  servedBy!: ModelVersion

  @Field(() => Boolean, {
    description: 'Whether the same version was asked the same row before, and this is what it answered then.',
  })
  cached!: boolean

  @Field(() => DeprecationNotice, {
    nullable: true,
    description: 'Of the version that answered, or of its model; null while neither is deprecated.',
  })
  deprecation?: DeprecationNotice | null
}

/** Fields of `Prediction`. */
export const PROVENANCE = ['predictionId', 'route', 'latencyMs', 'servedBy', 'cached', 'deprecation'] as const

/** Arguments of every prediction field that say which version answers. */
export const ROUTING_ARGUMENTS = `"A version number or an alias; left out, the rollout decides, and the champion answers without one." at: String,
"Rows with the same key stay with the same version through a rollout: a customer's id, a session; 1 to 256 characters. Left out, the entity's id, else the caller." routingKey: String`

/** Types that every subgraph with models defines alike. */
export const SHARED_TYPES = `
"A row that was not answered, and why."
type PredictionError @shareable {
  "Place of the row in the list asked, from 0."
  index: Int!
  "Code of the error table: \`BAD_USER_INPUT\`, \`OVERLOADED\`…"
  code: String!
  message: String!
  "Where, in the words of the request: \`inputs.7.amount\`."
  path: String
  "What would have been right."
  expected: String
  "What came instead."
  received: String
  "True where the same row may succeed later unchanged."
  retryable: Boolean!
}

"Rows of columns that the fallback answered, because the version they were routed to failed them."
type FallbackRows @shareable {
  "Places of the rows in the columns, from 0, in order."
  rows: [Int!]!
  "The version that answered them."
  servedBy: ModelVersion!
}

"A row of columns that was not answered, and why."
type FailedRow @shareable {
  "Place of the row in the columns, from 0."
  row: Int!
  "Code of the error table."
  code: String!
  message: String!
  "Where, in the words of the request: \`input.amount.7\`."
  path: String
}
`
