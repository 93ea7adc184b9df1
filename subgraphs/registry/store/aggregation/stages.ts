import { badValue } from '../faults.js'
import { compileFilter } from '../query/matcher.js'
import { compileProjection } from '../query/projection.js'
import { parseSort, sortBy } from '../query/sorting.js'
import { type Doc, isDocument } from '../values/documents.js'
import { isNumeric, toDouble } from '../values/numbers.js'
import { compileExpression, expressionTest } from './expressions.js'
import { addFields, unsetFields } from './fields.js'
import { group } from './group.js'
import { lookup } from './lookup.js'
import type { PipelineScope } from './pipeline.js'
import { unwind } from './unwind.js'

/** Turns the documents of one stage into those of the next. */
export type Stage = (docs: Doc[], spec: unknown, scope: PipelineScope) => Doc[]

/** The stages the store answers; everything else is refused. `$lookup` and `$facet` run pipelines of their own. */
export const STAGES: Record<string, Stage> = {
  $match: (docs, spec, { variables }) => docs.filter(compileFilter(spec, expressionTest(variables))),
  $project: (docs, spec, { variables }) => {
    const expression = (value: unknown) => compileExpression(value, variables)
    const options = { expression, expressionTest: expressionTest(variables), find: false }
    return docs.map(compileProjection(documentSpec('$project', spec), options))
  },
  $addFields: (docs, spec, { variables }) => addFields(docs, documentSpec('$addFields', spec), variables),
  $set: (docs, spec, { variables }) => addFields(docs, documentSpec('$set', spec), variables),
  $unset: (docs, spec) => unsetFields(docs, spec),
  $group: (docs, spec, { variables }) => group(docs, documentSpec('$group', spec), variables),
  $sort: (docs, spec, { collation }) => sortBy(docs, parseSort(spec), (doc) => doc, collation),
  $limit: (docs, spec) => docs.slice(0, countOf('$limit', spec, 1)),
  $skip: (docs, spec) => docs.slice(countOf('$skip', spec, 0)),
  $count: (docs, spec) => {
    if (typeof spec !== 'string' || !/^[^$.]+$/.test(spec)) throw badValue('$count needs the name of a field')
    return docs.length === 0 ? [] : [{ [spec]: docs.length }]
  },
  $sortByCount: (docs, spec, scope) => {
    const groups = group(docs, { _id: spec, count: { $sum: 1 } }, scope.variables)
    return sortBy(groups, parseSort({ count: -1 }), (doc) => doc)
  },
  $replaceRoot: (docs, spec, { variables }) => {
    return replaceRoots(docs, documentSpec('$replaceRoot', spec).newRoot, variables)
  },
  $replaceWith: (docs, spec, { variables }) => replaceRoots(docs, spec, variables),
  $unwind: (docs, spec) => unwind(docs, spec),
  $lookup: (docs, spec, scope) => lookup(docs, documentSpec('$lookup', spec), scope),
  $facet: (docs, spec, scope) => {
    const facets = Object.entries(documentSpec('$facet', spec))
    return [Object.fromEntries(facets.map(([name, pipeline]) => [name, scope.run(pipeline, docs, scope.variables)]))]
  },
}

export function documentSpec(name: string, spec: unknown): Doc {
  if (!isDocument(spec) || Object.keys(spec).length === 0) throw badValue(`${name} needs a document with fields`)
  return spec
}

/** A non-negative whole number of a stage or an option. */
export function countOf(name: string, value: unknown, least: number): number {
  const count = isNumeric(value) ? toDouble(value) : Number.NaN
  if (!Number.isInteger(count) || count < least) throw badValue(`${name} must be a whole number of at least ${least}`)
  return count
}

function replaceRoots(docs: Doc[], expression: unknown, variables: PipelineScope['variables']): Doc[] {
  const evaluate = compileExpression(expression, variables)
  return docs.map((doc) => {
    const root = evaluate(doc)
    if (!isDocument(root)) throw badValue("'newRoot' expression must evaluate to an object")
    return root
  })
}
