import { OPEN_OBJECT } from '../../shared/json/bytes.js'
import { JsonReader } from '../../shared/json/json-reader.js'
import { skipList } from '../../shared/json/skip-list.js'
import { UnreadList } from '../variables/unread-list.js'

/** A body of a request, its lists left unread. */
export interface SkimmedBody {
  readonly value: object
  /** The bytes of the variables; undefined where there are none. */
  readonly variables: Buffer | undefined
}

/** Below this, in bytes, `JSON.parse` costs no more. */
const LARGE = 8_192

/**
 * Reads a body that may be large, but leaves each list as it came, as an `UnreadList`. Undefined for whatever is out of the
 * ordinary: then `JSON.parse` has to say what it is, or that it is no JSON.
 */
export function skimBody(bytes: Buffer): SkimmedBody | undefined {
  const reader = new JsonReader(bytes, skimList)
  if (bytes.length < LARGE || reader.peek() !== OPEN_OBJECT) return undefined
  try {
    return skim(reader)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function skim(reader: JsonReader): SkimmedBody {
  let variables: Buffer | undefined
  const value = reader.object((name) => {
    reader.peek()
    const start = reader.at
    const member = reader.value()
    if (name === 'variables') variables = reader.bytes.subarray(start, reader.at)
    return member
  })
  reader.end()
  return { value, variables }
}

function skimList(reader: JsonReader): readonly unknown[] | UnreadList {
  const { bytes, at: start } = reader
  const { end, length } = skipList(bytes, start)
  reader.at = end
  return length === 0 ? [] : new UnreadList(length, bytes.subarray(start, end))
}
