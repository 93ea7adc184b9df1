import { badValue, refusal } from '../faults.js'
import { type Plan, planQuery } from '../query/planner.js'
import { parseSort } from '../query/sorting.js'
import { type Doc, isDocument } from '../values/documents.js'
import { documentArgument } from './arguments.js'
import { type Command, type CommandTable, reads } from './command.js'

export const EXPLAINING: CommandTable = { explain: reads(explain) }

/** Tells how a find or a count would look for its candidates. */
function explain(...[command, { db, catalogue }]: Parameters<Command>): Doc {
  const inner = command.explain
  if (!isDocument(inner)) throw badValue('explain needs a command')
  const name = inner.find ?? inner.count
  if (typeof name !== 'string') throw refusal(`explain of ${Object.keys(inner)[0]}`)
  const filter = documentArgument(inner, inner.find === undefined ? 'query' : 'filter')
  const collection = catalogue.find(db, name)
  const winningPlan = collection ? describe(planQuery(collection, filter, parseSort(inner.sort))) : { stage: 'EOF' }
  return { queryPlanner: { namespace: `${db}.${name}`, winningPlan } }
}

function describe(plan: Plan): Doc {
  if (plan.kind === 'scan') return { stage: 'COLLSCAN' }
  if (plan.kind === 'union') return { stage: 'OR', inputStages: plan.branches.map(describe) }
  const direction = plan.reverse ? 'backward' : 'forward'
  const { index, sorted } = plan
  return { stage: 'IXSCAN', indexName: index.spec.name, isMultiKey: index.multikey, direction, sorted }
}
