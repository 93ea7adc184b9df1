import DataLoader from 'dataloader'
import type { SubgraphContext } from '../context.js'
import type { Prediction } from '../schema/prediction.js'
import type { Predictor } from './predictor.js'

/** Fields of an entity as the gateway sends them: its key and the features that `@requires` names. */
export type Representation = Readonly<Record<string, unknown>>

/**
 * Predictions for entities. Those that one request asks for travel to the engine as one block (of `maxBlockRows` at
 * most), each with its own error.
 */
export class EntityLoader {
  readonly #loaders = new WeakMap<SubgraphContext, Map<string, DataLoader<Representation, Prediction>>>()

  constructor(
    private readonly predictor: Predictor,
    private readonly features: readonly string[],
    private readonly maxBlockRows: number,
  ) {}

  load(entity: Representation, at: string | null | undefined, context: SubgraphContext): Promise<Prediction> {
    return this.#loader(at, context).load(entity)
  }

  #loader(at: string | null | undefined, context: SubgraphContext): DataLoader<Representation, Prediction> {
    const loaders = this.#loaders.get(context) ?? new Map()
    this.#loaders.set(context, loaders)
    const loader = loaders.get(at ?? '') ?? this.#newLoader(at, context)
    loaders.set(at ?? '', loader)
    return loader
  }

  #newLoader(at: string | null | undefined, context: SubgraphContext): DataLoader<Representation, Prediction> {
    const { deadline } = context
    return new DataLoader<Representation, Prediction>(
      async (entities) => {
        const rows = entities.map((entity) => pick(entity, this.features))
        const call = { at, deadline, priority: 'interactive', path: 'representations' } as const
        return (await this.predictor.rows(rows, call)).results
      },
      { cache: false, maxBatchSize: this.maxBlockRows },
    )
  }
}

function pick(entity: Representation, names: readonly string[]): Representation {
  const row: Record<string, unknown> = {}
  for (const name of names) row[name] = entity[name]
  return row
}
