import { Double, Int32, Long } from 'bson'
import { badValue, refusal, StoreFault } from '../faults.js'
import { bsonType } from '../values/documents.js'
import { isNumeric, type Numeric, toDouble } from '../values/numbers.js'

/** `$inc`: int32 grows to int64 when it must, a double makes the result a double. */
export function add(current: unknown, amount: unknown, operator = '$inc'): unknown {
  return combine(
    current,
    amount,
    operator,
    (a, b) => a + b,
    (a, b) => a + b,
  )
}

/** `$mul`, by the same rules. */
export function multiply(current: unknown, factor: unknown): unknown {
  return combine(
    current,
    factor,
    '$mul',
    (a, b) => a * b,
    (a, b) => a * b,
  )
}

function combine(
  current: unknown,
  operand: unknown,
  operator: string,
  doubles: (a: number, b: number) => number,
  integers: (a: bigint, b: bigint) => bigint,
): unknown {
  requireNumber(operand, `Cannot ${operator} with a non-numeric argument`, 14)
  requireNumber(current, `Cannot apply ${operator} to a value of non-numeric type`, 14)
  if (isDecimal(current) || isDecimal(operand)) throw refusal(`${operator} with a Decimal128`)
  if (isDouble(current) || isDouble(operand)) return new Double(doubles(toDouble(current), toDouble(operand)))
  const result = integers(BigInt(current.toString()), BigInt(operand.toString()))
  const wide = bsonType(current) === 'Long' || bsonType(operand) === 'Long'
  return integer(result, wide)
}

function integer(value: bigint, wide: boolean): Int32 | Long {
  if (value !== BigInt.asIntN(64, value)) throw badValue('the result does not fit a 64-bit integer')
  return wide || value !== BigInt.asIntN(32, value) ? Long.fromBigInt(value) : new Int32(Number(value))
}

function requireNumber(value: unknown, message: string, code: number): asserts value is Numeric {
  if (!isNumeric(value)) throw new StoreFault(code, 'TypeMismatch', message)
}

function isDecimal(value: unknown): boolean {
  return bsonType(value) === 'Decimal128'
}

function isDouble(value: Numeric): boolean {
  return typeof value === 'number' ? !Number.isInteger(value) : bsonType(value) === 'Double'
}
