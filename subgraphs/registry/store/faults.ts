/** A failure a client is told about: a MongoDB error code, its name, one sentence, and fields of its own (`keyPattern`, …). */
export class StoreFault extends Error {
  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

/** What the embedded store does not do, by decision: a wrong answer would be worse. */
export function refusal(what: string): StoreFault {
  return new StoreFault(115, 'CommandNotSupported', `${what} ${ADVICE}`)
}

/** The request itself is malformed: wrong type, missing field, impossible value. */
export function badValue(message: string): StoreFault {
  return new StoreFault(2, 'BadValue', message)
}

export function transactionRefusal(): StoreFault {
  // Not code 20: the driver rewrites it to a sentence about retryable writes.
  return new StoreFault(263, 'OperationNotSupportedInTransaction', `a multi-document transaction ${ADVICE}`)
}

export function tooLarge(bytes: number): StoreFault {
  return new StoreFault(10334, 'BSONObjectTooLarge', `the document has ${bytes} bytes; at most 16777216 are allowed`)
}

export function duplicateKey(
  namespace: string,
  index: string,
  keyPattern: Record<string, unknown>,
  keyValue: Record<string, unknown>,
): StoreFault {
  const shown = Object.entries(keyValue).map(([field, value]) => `${field}: ${show(value)}`)
  const message = `E11000 duplicate key error collection: ${namespace} index: ${index} dup key: { ${shown.join(', ')} }`
  return new StoreFault(11000, 'DuplicateKey', message, { keyPattern, keyValue })
}

/** The fields of a failed reply, or of one entry of `writeErrors`. */
export function describeFault(error: unknown): { code: number; codeName: string; errmsg: string } {
  if (error instanceof StoreFault) {
    return { code: error.code, codeName: error.codeName, errmsg: error.message, ...error.extra }
  }
  return { code: 8, codeName: 'UnknownError', errmsg: error instanceof Error ? error.message : String(error) }
}

const ADVICE = 'is not supported by the embedded store; set MONGODB_URI to a MongoDB server'

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || value === undefined) return 'null'
  return typeof value === 'object' && '_bsontype' in value && value._bsontype === 'ObjectId'
    ? `ObjectId('${value}')`
    : String(value)
}
