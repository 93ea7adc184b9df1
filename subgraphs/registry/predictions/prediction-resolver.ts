import { Arg, Ctx, GraphQLISODateTime, ID, Int, Query, Resolver } from 'type-graphql'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { requireName } from '../database/names.js'
import { PredictionsRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { idAt, LARGEST_PAGE, requirePageSize } from '../graph/page.js'
import { connectionOf, RecordedPrediction, RecordedPredictionConnection } from './prediction-type.js'
import { findPrediction, pageOf } from './recorded-predictions.js'

/** What `predictions` looks back when nobody says from when on. */
const HOUR_MS = 3_600_000
const PREDICTION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

@Resolver(() => RecordedPrediction)
export class PredictionResolver {
  @PredictionsRead()
  @Query(() => RecordedPrediction, {
    nullable: true,
    description: 'One prediction, a moment after it was answered; null when it is not recorded, or no longer.',
  })
  async prediction(
    @Arg('id', () => ID) id: string,
    @Ctx() { registry }: RegistryContext,
  ): Promise<RecordedPrediction | null> {
    requirePredictionId(id, 'id')
    const recorded = await findPrediction(registry.database, id)
    return recorded ? new RecordedPrediction(recorded) : null
  }

  @PredictionsRead()
  @Query(() => RecordedPredictionConnection, {
    description:
      'Predictions of a model in a window of time, the newest first; of the last hour, unless told otherwise.',
  })
  async predictions(
    @Arg('model', () => String) model: string,
    @Arg('version', () => Int, { nullable: true }) version: number | null | undefined,
    @Arg('from', () => GraphQLISODateTime, { nullable: true, description: 'Inclusive.' }) from: Date | null | undefined,
    @Arg('to', () => GraphQLISODateTime, { nullable: true, description: 'Exclusive.' }) to: Date | null | undefined,
    @Arg('first', () => Int, { defaultValue: 20, description: `At most ${LARGEST_PAGE}.` }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { registry }: RegistryContext,
  ): Promise<RecordedPredictionConnection> {
    requireName(model, 'model')
    requirePageSize(first)
    const last = idAt(after)
    if (last !== undefined) requirePredictionId(last, 'after')
    const end = to?.getTime() ?? registry.now() + 1
    const window = { model, version: version ?? undefined, from: from?.getTime() ?? end - HOUR_MS, to: end }
    return connectionOf(await pageOf(registry.database, window, { first, after: last }))
  }
}

function requirePredictionId(id: string, path: string): void {
  if (PREDICTION_ID.test(id)) return
  const expected = 'the predictionId of an answer, a UUIDv7'
  throw new ModelgraphError('BAD_USER_INPUT', `${path} is no prediction id; expected ${expected}.`, { path, expected })
}
