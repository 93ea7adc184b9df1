import { OPEN_OBJECT } from '../../shared/json/bytes.js'
import { JsonReader } from '../../shared/json/json-reader.js'
import { LARGE_JSON } from '../../shared/json/read-json.js'
import type { ReceivedBytes } from '../../shared/json/received-bytes.js'
import { skipList } from '../../shared/json/skip-list.js'
import { textOf } from '../mesh/json.js'
import { UnreadList } from '../variables/unread-list.js'

/** A body of a request, its lists left unread. */
export interface SkimmedBody {
  readonly value: object
  /** The bytes of the variables; undefined where there are none. */
  readonly variables: readonly Buffer[] | undefined
}

/**
 * Reads a body that may be large, but leaves each list as it came, as an `UnreadList`. Undefined for whatever is out of the
 * ordinary: then `JSON.parse` has to say what it is, or that it is no JSON.
 */
export function skimBody(received: ReceivedBytes): SkimmedBody | undefined {
  if (received.length < LARGE_JSON) return undefined
  try {
    return skim(received)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function skim(received: ReceivedBytes): SkimmedBody | undefined {
  const reader = new JsonReader(received.glance(), (reader) => skimList(reader, received))
  if (reader.peek() !== OPEN_OBJECT) return undefined
  let variables: readonly Buffer[] | undefined
  const value = reader.object((name) => {
    reader.peek()
    const start = reader.at
    const member = reader.value()
    if (name === 'variables') variables = received.slice(start, reader.at)
    return member
  })
  reader.end()
  return { value, variables }
}

function skimList(reader: JsonReader, received: ReceivedBytes): readonly unknown[] | UnreadList {
  const { bytes, at: start } = reader
  const { end, length } = skipList(bytes, start)
  reader.at = end
  return length === 0 ? [] : new UnreadList(length, () => textOf(received.slice(start, end)))
}
