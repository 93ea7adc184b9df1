import { type CompiledContract, compileContract, contractOf } from '../contract/index.js'
import type { VersionSettings } from '../inference/engine.js'
import type { SubgraphContext } from './context.js'
import type { EntityField } from './schema/entity-sdl.js'
import type { Prediction } from './schema/prediction.js'

/** A class with type-graphql decorators. */
export type DecoratedClass<Instance extends object = object> = new () => Instance

export interface ModelOptions {
  /** Lower-case with hyphens: `fraud-detector`. The graph's fields are named after it: `fraudDetector`. */
  readonly name: string
  readonly description: string
  /** Class of `@Feature` fields. */
  readonly input: DecoratedClass
  /** Class of `@Output` fields that extends `Prediction`. */
  readonly output: DecoratedClass<Prediction>
  /** Agreed response time in milliseconds, at the subgraph, for one row. */
  readonly responseTimeMs: number
  /** Makes the prediction a field of an entity too. */
  readonly entity?: EntityField
  /** How its versions run, where the defaults don't suit. */
  readonly settings?: VersionSettings
  /** Share of its rows that the prediction log records, in percent above 0 to 100; the process's setting when absent. */
  readonly logSample?: number
  /**
   * True where a version answers the same row always alike, so that its answers may be remembered and given again to
   * callers with the same scopes; false when absent. Columns are always run.
   */
  readonly cacheable?: boolean
}

/** A model of this subgraph, ready to be served. */
export interface Model {
  readonly name: string
  readonly compiled: CompiledContract
  readonly input: DecoratedClass
  readonly output: DecoratedClass<Prediction>
  readonly entity?: EntityField
  readonly settings?: VersionSettings
  readonly logSample?: number
  readonly cacheable: boolean
}

/** Answers the entity behind a reference (`__typename` and key fields), or null when there is none. */
// biome-ignore lint/suspicious/noExplicitAny: its shape is the entity's own
export type ReferenceResolver = (reference: any, context: SubgraphContext) => unknown

export interface SubgraphOptions {
  /** Name in the supergraph, and the audience of signed identities. */
  readonly name: string
  readonly models?: readonly Model[]
  /** The team's own type-graphql resolver classes. */
  readonly resolvers?: readonly DecoratedClass[]
  /** Entities and other types that no field of this subgraph answers. */
  readonly orphanedTypes?: readonly DecoratedClass[]
  /** How an entity of this subgraph is found by its key, by type name. */
  readonly references?: Readonly<Record<string, ReferenceResolver>>
}

export type Subgraph = Required<SubgraphOptions>

/** Declares a model: what a caller may ask, what it is told, and how quickly. */
export function defineModel({ entity, settings, logSample, cacheable = false, ...declared }: ModelOptions): Model {
  requireSample(declared.name, logSample)
  const compiled = compileContract(contractOf(declared))
  const { name, input, output } = declared
  const optional = { ...(entity && { entity }), ...(settings && { settings }), ...(logSample && { logSample }) }
  return { name, compiled, input, output, cacheable, ...optional }
}

function requireSample(model: string, sample: number | undefined): void {
  if (sample === undefined || (sample > 0 && sample <= 100)) return
  throw new RangeError(`logSample of ${model} is ${sample}; expected a percentage above 0 up to 100.`)
}

/** Declares a subgraph: its models, and whatever a team adds to the graph beside them. */
export function defineSubgraph(options: SubgraphOptions): Subgraph {
  return { models: [], resolvers: [], orphanedTypes: [], references: {}, ...options }
}
