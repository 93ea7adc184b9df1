import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql'
import type { Requirements } from '../../policy/requirement.js'
import type { CostFacts, ListSize } from './cost-facts.js'

export interface CostSources {
  readonly schema: GraphQLSchema
  readonly facts: CostFacts
  readonly requirements: Requirements
  /** Elements of a list of which nothing is declared. */
  readonly listSize: number
}

const PREDICT = 'predict:'

/** What the fields of one supergraph cost, and which models answer them. */
export class CostModel {
  constructor(private readonly sources: CostSources) {}

  get schema(): GraphQLSchema {
    return this.sources.schema
  }

  get listSize(): number {
    return this.sources.listSize
  }

  /** What asking for the field costs, however much it answers. */
  weightOfField(type: string, field: string): number {
    return this.largest(type, field, ({ weights }, coordinate) => weights.get(coordinate) ?? 0)
  }

  weightOfArgument(type: string, field: string, argument: string): number {
    return this.sources.facts.weights.get(`${type}.${field}(${argument}:)`) ?? 0
  }

  /** What each value of the field costs: an object 1, a scalar nothing, unless the team says otherwise. */
  weightOfValue({ type }: GraphQLField<unknown, unknown>): number {
    const named = getNamedType(type)
    const { weights } = this.sources.facts
    if (!isAbstractType(named)) return weights.get(named.name) ?? (isLeafType(named) ? 0 : 1)
    return Math.max(0, ...this.sources.schema.getPossibleTypes(named).map(({ name }) => weights.get(name) ?? 1))
  }

  listSizeOf(type: string, field: string): ListSize | undefined {
    return this.sources.facts.lists.get(`${type}.${field}`)
  }

  /** The models whose predictions a field answers, by its `predict:<model>` requirement; on an interface, those of every member. */
  modelsOf(type: string, field: string): readonly string[] {
    const scopes = this.coordinates(type, field).flatMap(
      (coordinate) => this.sources.requirements.get(coordinate)?.scopes?.flat() ?? [],
    )
    const models = scopes.filter((scope) => scope.startsWith(PREDICT)).map((scope) => scope.slice(PREDICT.length))
    return [...new Set(models)].filter((model) => model !== '*')
  }

  /** Names of the fields that predict, of whatever type. */
  get predicting(): ReadonlySet<string> {
    const { requirements, schema } = this.sources
    const predicting = [...requirements].filter(([, { scopes }]) =>
      scopes?.flat().some((scope) => scope.startsWith(PREDICT)),
    )
    return new Set(predicting.flatMap(([coordinate]) => fieldsAt(coordinate, schema)))
  }

  private largest(type: string, field: string, weight: (facts: CostFacts, coordinate: string) => number): number {
    return Math.max(...this.coordinates(type, field).map((coordinate) => weight(this.sources.facts, coordinate)))
  }

  /** The field itself, and where its type is abstract, that of each member. */
  private coordinates(type: string, field: string): string[] {
    const found = this.sources.schema.getType(type)
    if (!isAbstractType(found)) return [`${type}.${field}`]
    const members = this.sources.schema.getPossibleTypes(found).filter(isObjectType)
    return [type, ...members.map(({ name }) => name)].map((name) => `${name}.${field}`)
  }
}

/** The field of a coordinate, or all those of a type. */
function fieldsAt(coordinate: string, schema: GraphQLSchema): readonly string[] {
  const [name, field] = coordinate.split('.') as [string, string?]
  if (field !== undefined) return [field]
  const type = schema.getType(name)
  return isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : []
}
