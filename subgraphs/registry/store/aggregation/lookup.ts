import { badValue } from '../faults.js'
import { type Doc, isDocument } from '../values/documents.js'
import { setField, valuesAt } from '../values/paths.js'
import { compileExpression } from './expressions.js'
import type { PipelineScope } from './pipeline.js'

/** `$lookup`: joins by equal fields (an index on the foreign field is used), by a pipeline, or by both. */
export function lookup(docs: Doc[], spec: Doc, scope: PipelineScope): Doc[] {
  const { from, as, localField, foreignField, pipeline, let: bindings = {} } = spec
  if (typeof from !== 'string' || typeof as !== 'string') throw badValue('$lookup needs from and as')
  if ((localField === undefined) !== (foreignField === undefined)) throw badValue('$lookup needs both fields or none')
  if (localField === undefined && pipeline === undefined) throw badValue('$lookup needs fields or a pipeline')
  if (!isDocument(bindings)) throw badValue('let must be a document')
  const variables = Object.entries(bindings).map(
    ([name, value]) => [name, compileExpression(value, scope.variables)] as const,
  )
  return docs.map((doc) => {
    const filter = localField === undefined ? {} : joinFilter(doc, String(localField), String(foreignField))
    const values = {
      ...scope.variables.values,
      ...Object.fromEntries(variables.map(([name, of]) => [name, of(doc) ?? null])),
    }
    const stages = [{ $match: filter }, ...((pipeline as unknown[] | undefined) ?? [])]
    const joined = { ...doc }
    setField(joined, as, scope.runOn(from, stages, { ...scope.variables, values }))
    return joined
  })
}

/** An array joins through each of its elements; a missing field joins null and missing ones. */
function joinFilter(doc: Doc, localField: string, foreignField: string): Doc {
  const values = valuesAt(doc, localField.split('.')).flat()
  return { [foreignField]: { $in: values.length === 0 ? [null] : values.map((value) => value ?? null) } }
}
