import type { Decimal128, Double, Int32, Long } from 'bson'
import { bsonType } from './documents.js'

export type Numeric = number | bigint | Int32 | Double | Long | Decimal128

export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'number' || typeof value === 'bigint' || NUMERIC_TYPES.has(bsonType(value) ?? '')
}

/** The double nearest to a number of any BSON type. */
export function toDouble(value: Numeric): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return value._bsontype === 'Int32' || value._bsontype === 'Double' ? value.value : Number(value.toString())
}

/** What a number exceeds a double by: `sign * 0.digits * 10^exponent`, exact. Null when the double is the number. */
export interface Remainder {
  sign: 1 | -1
  exponent: number
  digits: string
}

/** The exact difference between an int64 or decimal and its nearest double; int32 and doubles have none. */
export function remainderOf(value: Numeric, nearest: number): Remainder | null {
  if (!Number.isFinite(nearest)) return null
  if (typeof value === 'bigint') return difference(scaled(value, 0), ofDouble(nearest))
  if (typeof value === 'number' || value._bsontype === 'Int32' || value._bsontype === 'Double') return null
  if (value._bsontype === 'Long' && Number.isSafeInteger(nearest)) return null
  return difference(parse(value.toString()), ofDouble(nearest))
}

/** `coefficient * 10^exponent` */
interface Scaled {
  coefficient: bigint
  exponent: number
}

const NUMERIC_TYPES = new Set(['Int32', 'Double', 'Long', 'Decimal128'])
const BITS = new DataView(new ArrayBuffer(8))
const MANTISSA_BITS = 52n

function scaled(coefficient: bigint, exponent: number): Scaled {
  return { coefficient, exponent }
}

function parse(text: string): Scaled {
  const [mantissa = '0', power = '0'] = text.split('E')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return scaled(BigInt(whole + fraction), Number(power) - fraction.length)
}

/** Every finite double is a finite decimal: m * 2^-k = m * 5^k * 10^-k. */
function ofDouble(value: number): Scaled {
  BITS.setFloat64(0, value)
  const bits = BITS.getBigUint64(0)
  const biased = (bits >> MANTISSA_BITS) & 0x7ffn
  const fraction = bits & ((1n << MANTISSA_BITS) - 1n)
  const magnitude = biased === 0n ? fraction : fraction | (1n << MANTISSA_BITS)
  const mantissa = value < 0 ? -magnitude : magnitude
  const power = Number(biased === 0n ? 1n : biased) - 1075
  return power >= 0 ? scaled(mantissa << BigInt(power), 0) : scaled(mantissa * 5n ** BigInt(-power), power)
}

function difference(a: Scaled, b: Scaled): Remainder | null {
  const exponent = Math.min(a.exponent, b.exponent)
  const rest =
    a.coefficient * 10n ** BigInt(a.exponent - exponent) - b.coefficient * 10n ** BigInt(b.exponent - exponent)
  if (rest === 0n) return null
  const text = (rest < 0n ? -rest : rest).toString()
  return { sign: rest < 0n ? -1 : 1, exponent: exponent + text.length, digits: text.replace(/0+$/, '') }
}
