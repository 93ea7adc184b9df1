import type { Variables } from '../aggregation/expressions.js'
import { type PipelineOptions, runPipeline, type Source } from '../aggregation/pipeline.js'
import { badValue, refusal } from '../faults.js'
import { sortCollation } from '../query/collation.js'
import { type Doc, readPlain } from '../values/documents.js'
import { collectionName, countArgument, documentArgument, flagArgument } from './arguments.js'
import { type Command, type CommandScope, type CommandTable, reads } from './command.js'
import { select, variablesOf } from './select.js'

export const AGGREGATING: CommandTable = { aggregate: reads(aggregate) }

/** What a pipeline may read: the collections of the command's database. */
export function pipelineOptions(variables: Variables, collation: unknown, scope: CommandScope): PipelineOptions {
  const read = (name: string, source: Source): Doc[] => {
    const hits = select(scope.catalogue.find(scope.db, name), { ...source, collation }, scope)
    return hits.map((hit) => readPlain(hit.raw))
  }
  return { variables, collation: sortCollation(collation, {}), read }
}

function aggregate(...[command, scope]: Parameters<Command>): Doc {
  if (!Array.isArray(command.pipeline)) throw badValue('aggregate needs a pipeline')
  const stages = command.pipeline.map((stage) => Object.keys(Object(stage))[0])
  if (typeof command.aggregate !== 'string' && stages[0] !== '$changeStream') {
    throw refusal('an aggregation over no collection')
  }
  const name = typeof command.aggregate === 'string' ? collectionName(command, 'aggregate') : '$cmd.aggregate'
  if (flagArgument(command, 'explain')) throw refusal('explain of an aggregation')
  const options = pipelineOptions(variablesOf(command, scope), command.collation, scope)
  const docs = runPipeline(name, command.pipeline, options)
  const batchSize = countArgument(documentArgument(command, 'cursor'), 'batchSize')
  return { cursor: scope.cursors.start(`${scope.db}.${name}`, docs, batchSize) }
}
