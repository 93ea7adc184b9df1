import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Environment } from '../control/protocol.js'

/** What an API key says of itself, without asking anybody. */
export interface ApiKeyParts {
  readonly environment: Environment
  /** Begins like the key, is safe to show and to log: `mg_test_4fQzR1`. */
  readonly prefix: string
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 24 base62 digits hold 142 bits. */
const RANDOM_DIGITS = 24
/** 62^6 > 2^32. */
const CHECKSUM_DIGITS = 6
const SHOWN_DIGITS = 6

const FORMAT = new RegExp(
  `^mg_(test|staging|production)_([0-9A-Za-z]{${RANDOM_DIGITS}})_([0-9A-Za-z]{${CHECKSUM_DIGITS}})$`,
)

/**
 * Makes a key: `mg_<environment>_<random>_<checksum>`, with 142 random bits, and the CRC-32 of all that stands before
 * the last `_`, both in base62. The prefix lets scanners find leaked keys; the checksum lets anybody refuse a typing
 * mistake without a look-up. `random` answers that many unpredictable bytes.
 */
export function generateApiKey(environment: Environment, random: (bytes: number) => Uint8Array = randomBytes): string {
  const body = `mg_${environment}_${randomDigits(random)}`
  return `${body}_${checksumOf(body)}`
}

/** Reads a key; undefined when it is none, is incomplete or has a wrong checksum. Says nothing about who holds it. */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  const [, environment, digits, checksum] = FORMAT.exec(text) ?? []
  if (environment === undefined || digits === undefined) return undefined
  const body = `mg_${environment}_${digits}`
  if (checksumOf(body) !== checksum) return undefined
  return { environment: environment as Environment, prefix: body.slice(0, SHOWN_DIGITS - RANDOM_DIGITS) }
}

/**
 * What is stored and asked for instead of the key: its sha-256 in lower-case hex. The key has bits enough to need no
 * salt.
 */
export function hashApiKey(key: string): string {
  return hash('sha256', key)
}

function randomDigits(random: (bytes: number) => Uint8Array): string {
  let digits = ''
  while (digits.length < RANDOM_DIGITS) {
    for (const byte of random(RANDOM_DIGITS)) {
      // Six bits a byte; 62 and 63 are no digits, which keeps the others equally likely.
      const digit = ALPHABET[byte & 63]
      if (digit !== undefined && digits.length < RANDOM_DIGITS) digits += digit
    }
  }
  return digits
}

function checksumOf(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let place = 0; place < CHECKSUM_DIGITS; place++) {
    digits = ALPHABET[rest % ALPHABET.length] + digits
    rest = Math.floor(rest / ALPHABET.length)
  }
  return digits
}
