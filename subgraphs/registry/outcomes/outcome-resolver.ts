import { Arg, Args, ArgsType, Ctx, Directive, Field, Float, Int, Mutation, Query, Resolver } from 'type-graphql'
import { OutcomesRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { requireModel } from '../models/models.js'
import type { OutcomeMetric } from '../statistics/outcome-metric.js'
import { compareVersions, readMetric } from './compare-versions.js'
import {
  intervalOf,
  OutcomeComparison,
  OutcomeInput,
  OutcomeMetricEnum,
  OutcomeReading,
  OutcomeResult,
  readingOf,
  TimeWindowInput,
} from './outcome-type.js'
import { MOST_REPORTS, recordOutcomes } from './record-outcomes.js'
import { LARGEST_VERSIONS, requireReading, requireVersions } from './require-reading.js'

@ArgsType()
class ReadingArgs {
  @Field(() => String)
  model!: string

  @Field(() => OutcomeMetricEnum)
  metric!: OutcomeMetric

  @Field(() => TimeWindowInput, { description: 'By when the prediction was made; at most 400 days.' })
  window!: TimeWindowInput

  @Field(() => String, {
    nullable: true,
    description: 'The output held against the outcome; the one that suits the metric, when left out.',
  })
  output?: string | null

  @Field(() => Float, { defaultValue: 0.95, description: 'Of the intervals, from 0.5 to 0.9999.' })
  confidence!: number

  @Field(() => Float, { defaultValue: 0.5, description: 'A score at or above it says yes.' })
  threshold!: number
}

@Resolver()
export class OutcomeResolver {
  @(Directive('@authenticated') as MethodDecorator)
  @Mutation(() => [OutcomeResult], {
    description: `Tells what became of predictions, in the order told; at most ${MOST_REPORTS}. For the client that asked for them, or their model's team. Each is taken or refused for itself.`,
  })
  recordOutcomes(
    @Arg('outcomes', () => [OutcomeInput]) outcomes: OutcomeInput[],
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<OutcomeResult[]> {
    const reports = outcomes.map(({ label = null, time = null, ...outcome }) => ({ ...outcome, label, time }))
    return recordOutcomes(registry, identity, reports)
  }

  @OutcomesRead()
  @Query(() => [OutcomeReading], {
    description: 'A metric of some versions of a model, from the outcomes of a window.',
  })
  async outcomeMetrics(
    @Args(() => ReadingArgs) args: ReadingArgs,
    @Arg('versions', () => [Int], { description: `1 to ${LARGEST_VERSIONS}.` }) versions: number[],
    @Ctx() { registry: { database } }: RegistryContext,
  ): Promise<OutcomeReading[]> {
    const reading = requireReading(args)
    const model = await requireModel(database, args.model)
    requireVersions(versions, model)
    const readings: OutcomeReading[] = []
    for (const version of versions) {
      readings.push(readingOf(version, await readMetric(database, model, version, reading)))
    }
    return readings
  }

  @OutcomesRead()
  @Query(() => OutcomeComparison, { description: 'Which of two versions the outcomes of a window favour.' })
  async compare(
    @Args(() => ReadingArgs) args: ReadingArgs,
    @Arg('a', () => Int) a: number,
    @Arg('b', () => Int) b: number,
    @Ctx() { registry: { database } }: RegistryContext,
  ): Promise<OutcomeComparison> {
    const reading = requireReading(args)
    const model = await requireModel(database, args.model)
    requireVersions([a, b], model)
    const { difference, verdict, ...estimates } = await compareVersions(database, model, { a, b }, reading)
    return {
      metric: args.metric,
      a: readingOf(a, estimates.a),
      b: readingOf(b, estimates.b),
      difference: difference?.value ?? null,
      interval: intervalOf(difference),
      verdict,
    }
  }
}
