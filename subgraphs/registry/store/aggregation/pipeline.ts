import { badValue, refusal, StoreFault } from '../faults.js'
import { type Doc, isDocument, toPlain } from '../values/documents.js'
import { checked } from './calculation.js'
import type { Variables } from './expressions.js'
import { STAGES } from './stages.js'

/** What a stage may reach: other pipelines, other collections, the variables in force. */
export interface PipelineScope {
  variables: Variables
  collation: Intl.Collator | undefined
  run(pipeline: unknown, docs: Doc[], variables: Variables): Doc[]
  runOn(collection: string, pipeline: unknown, variables: Variables): Doc[]
}

/** What the pipeline's beginning asks of a collection; `docs` are plain. */
export interface Source {
  filter: Doc
  sort: unknown
  limit: number | undefined
  variables: Variables
}

export interface PipelineOptions {
  variables: Variables
  collation: Intl.Collator | undefined
  /** Reads a collection; filter and sort may use its indexes. */
  read(collection: string, source: Source): Doc[]
}

/** Runs a pipeline over a collection, its first `$match`, `$sort` and `$limit` given to the reader. */
export function runPipeline(collection: string, pipeline: unknown, options: PipelineOptions): Doc[] {
  const stages = stagesOf(pipeline)
  const filter = takeStage(stages, '$match') ?? {}
  if (!isDocument(filter)) throw badValue('$match needs a document')
  const sort = takeStage(stages, '$sort')
  const first = stages[0]?.[0] === '$limit' ? Number(toPlain(stages[0][1])) : Number.NaN
  const limit = Number.isInteger(first) && first > 0 ? first : undefined
  const docs = options.read(collection, { filter, sort, limit, variables: options.variables })
  return runStages(stages, docs, scopeOf(options))
}

/** Runs a pipeline over documents at hand, as an update does. */
export function transform(pipeline: unknown, docs: Doc[], options: PipelineOptions): Doc[] {
  return runStages(stagesOf(pipeline), docs, scopeOf(options))
}

type StageSpec = [name: string, spec: unknown]

function scopeOf(options: PipelineOptions): PipelineScope {
  return {
    variables: options.variables,
    collation: options.collation,
    run: (pipeline, docs, variables) => transform(pipeline, docs, { ...options, variables }),
    runOn: (collection, pipeline, variables) => runPipeline(collection, pipeline, { ...options, variables }),
  }
}

function runStages(stages: StageSpec[], docs: Doc[], scope: PipelineScope): Doc[] {
  return checked(() => stages.reduce((input, [name, spec]) => STAGES[name]!(input, spec, scope), docs))
}

function stagesOf(pipeline: unknown): StageSpec[] {
  if (!Array.isArray(pipeline)) throw badValue('a pipeline must be an array')
  return pipeline.map((stage) => {
    const entries = isDocument(stage) ? Object.entries(stage) : []
    if (entries.length !== 1) throw badValue('a pipeline stage must contain exactly one field')
    const [name, spec] = entries[0]!
    if (name === '$changeStream') throw changeStreamFault()
    if (!Object.hasOwn(STAGES, name)) throw refusal(`the aggregation stage ${name}`)
    return [name, spec]
  })
}

function takeStage(stages: StageSpec[], name: string): unknown {
  return stages[0]?.[0] === name ? stages.shift()![1] : undefined
}

function changeStreamFault(): StoreFault {
  const message = 'The $changeStream stage is only supported on replica sets; set MONGODB_URI to a MongoDB replica set'
  return new StoreFault(40573, 'Location40573', message)
}
