import DataLoader from 'dataloader'
import type { SubgraphContext } from '../context.js'
import type { Prediction } from '../schema/prediction.js'
import { runOptionsOf } from './call.js'
import type { Predictor } from './predictor.js'
import { routingKeyOf } from './routing-key.js'

/** Fields of an entity as the gateway sends them: its key and the features that `@requires` names. */
export type Representation = Readonly<Record<string, unknown>>

/** What the field of an entity takes. */
export interface EntityArguments {
  readonly at?: string | null
  readonly routingKey?: string | null
}

interface Asked {
  readonly entity: Representation
  readonly key: string
}

type Loader = DataLoader<Asked, Prediction>

/**
 * Predictions for entities. Those that one request asks for travel to the engine as one block (of `maxBlockRows` at
 * most), each with its own routing key and its own error.
 */
export class EntityLoader {
  readonly #loaders = new WeakMap<SubgraphContext, Map<string, Loader>>()

  constructor(
    private readonly predictor: Predictor,
    private readonly keyField: string,
    private readonly features: readonly string[],
    private readonly maxBlockRows: number,
  ) {}

  async load(entity: Representation, args: EntityArguments, context: SubgraphContext): Promise<Prediction> {
    const key = routingKeyOf(args.routingKey, entity[this.keyField], context)
    return this.#loader(args.at, context).load({ entity, key })
  }

  #loader(at: string | null | undefined, context: SubgraphContext): Loader {
    const loaders = this.#loaders.get(context) ?? new Map<string, Loader>()
    this.#loaders.set(context, loaders)
    const loader = loaders.get(at ?? '') ?? this.#newLoader(at, context)
    loaders.set(at ?? '', loader)
    return loader
  }

  #newLoader(at: string | null | undefined, context: SubgraphContext): Loader {
    const run = runOptionsOf('interactive', context)
    const options = { cache: false, maxBatchSize: this.maxBlockRows }
    return new DataLoader<Asked, Prediction>(async (asked) => {
      const rows = asked.map(({ entity }) => pick(entity, this.features))
      const key = asked.map(({ key }) => key)
      const call = { at, key, context, path: 'representations', ...run }
      return (await this.predictor.rows(rows, call)).results
    }, options)
  }
}

function pick(entity: Representation, names: readonly string[]): Representation {
  const row: Record<string, unknown> = {}
  for (const name of names) row[name] = entity[name]
  return row
}
