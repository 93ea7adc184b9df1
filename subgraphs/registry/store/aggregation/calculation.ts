import { badValue, refusal, StoreFault } from '../faults.js'
import { bsonType } from '../values/documents.js'
import { isNumeric, toDouble } from '../values/numbers.js'

/** Truth in MongoDB: everything except false, null, missing and zero. */
export function isTrue(value: unknown): boolean {
  if (value === false || value === null || value === undefined) return false
  return !isNumeric(value) || toDouble(value) !== 0
}

/** Runs a calculation and tells a wrong operand as a fault rather than as a library's error. */
export function checked<T>(calculate: () => T): T {
  try {
    return calculate()
  } catch (error) {
    if (error instanceof StoreFault) throw error
    throw badValue(error instanceof Error ? error.message : String(error))
  }
}

/** Refuses numbers JavaScript can't calculate with: decimals, and integers beyond 2^53. */
export function requireExact(value: unknown): unknown {
  const type = bsonType(value)
  if (type === 'Decimal128' || type === 'Long') throw refusal(`calculating with a ${type} beyond double precision`)
  return value
}
