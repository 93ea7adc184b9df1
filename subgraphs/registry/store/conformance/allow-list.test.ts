import { describe, expect, it } from 'vitest'
import { ACCUMULATORS } from '../aggregation/accumulators.js'
import { EXPRESSIONS } from '../aggregation/expression-operators.js'
import { STAGES } from '../aggregation/stages.js'
import { queryOperators } from '../query/field-operators.js'
import { UPDATE_OPERATORS } from '../update/operators.js'
import { isDocument } from '../values/documents.js'
import { ACCUMULATOR_CASES } from './accumulators.js'
import { EXPRESSION_CASES } from './expressions.js'
import { FILTER_CASES } from './filters.js'
import { STAGE_CASES } from './stages.js'
import { UPDATE_CASES } from './updates.js'

/** Operators whose cases need more than one document or an uncertain result, and so stand apart from the tables. */
const APART = {
  stages: ['$lookup'],
  updates: ['$currentDate'],
  accumulators: ['$addToSet', '$percentile', '$median'],
}

describe('the allow-list', () => {
  it.each([
    ['query operators', queryOperators(), FILTER_CASES, []],
    ['update operators', Object.keys(UPDATE_OPERATORS), UPDATE_CASES, APART.updates],
    ['stages', Object.keys(STAGES), STAGE_CASES, APART.stages],
    ['expressions', Object.keys(EXPRESSIONS), EXPRESSION_CASES, []],
    ['accumulators', Object.keys(ACCUMULATORS), ACCUMULATOR_CASES, APART.accumulators],
  ])('holds only %s that a conformance case covers', (_, allowed, cases, apart) => {
    const covered = new Set([...cases.flatMap((row) => operatorsIn(row)), ...apart])
    expect(allowed.filter((operator) => !covered.has(operator))).toEqual([])
  })
})

function operatorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(operatorsIn)
  if (!isDocument(value)) return []
  return Object.entries(value).flatMap(([field, inner]) => [field, ...operatorsIn(inner)])
}
