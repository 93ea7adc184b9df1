import { type Doc, isDocument, readTyped } from '../values/documents.js'
import { RawDocument } from '../values/raw-document.js'

/** A command as it came in one message. */
export interface Request {
  id: number
  /** The handshake before 2017's protocol, which some drivers still begin with. */
  legacy: boolean
  /** The client wants no reply (`w: 0`). */
  silent: boolean
  command: Doc
}

/** The largest message, in bytes. */
export const MAX_MESSAGE_BYTES = 48_000_000
export const HEADER_BYTES = 16

export const OP_REPLY = 1
export const OP_QUERY = 2004
export const OP_MSG = 2013

/**
 * Reads one whole message; throws on anything malformed.
 * Source: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
export function parseMessage(message: Buffer): Request {
  const id = message.readInt32LE(4)
  const opcode = message.readInt32LE(12)
  if (opcode === OP_MSG) return parseMsg(message, id)
  if (opcode === OP_QUERY) return parseQuery(message, id)
  throw new Error(`unsupported opcode ${opcode}`)
}

const CHECKSUM_PRESENT = 1
const MORE_TO_COME = 2
const REQUIRED_FLAGS = 0xffff

function parseMsg(message: Buffer, id: number): Request {
  const flags = message.readUInt32LE(16)
  if (flags & REQUIRED_FLAGS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) throw new Error('unknown required flag')
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0)
  let body: Doc | undefined
  const sequences: Doc = {}
  for (let at = 20; at < end; ) {
    const kind = message[at]
    const section = sized(message, at + 1, end)
    if (kind === 0) body = readTyped(section)
    else if (kind === 1) Object.assign(sequences, parseSequence(section))
    else throw new Error(`unknown section kind ${kind}`)
    at += 1 + section.length
  }
  if (!isDocument(body)) throw new Error('a message without a body')
  return { id, legacy: false, silent: (flags & MORE_TO_COME) !== 0, command: { ...body, ...sequences } }
}

/** Documents to insert stay raw; update and delete statements are read. */
function parseSequence(section: Buffer): Doc {
  const nameEnd = section.indexOf(0, 4)
  if (nameEnd === -1) throw new Error('a sequence without a name')
  const name = section.toString('utf8', 4, nameEnd)
  const documents: unknown[] = []
  for (let at = nameEnd + 1; at < section.length; ) {
    const document = sized(section, at, section.length)
    documents.push(name === 'documents' ? new RawDocument(document) : readTyped(document))
    at += document.length
  }
  return { [name]: documents }
}

function parseQuery(message: Buffer, id: number): Request {
  const nameEnd = message.indexOf(0, 20)
  if (nameEnd === -1) throw new Error('a query without a collection')
  const command = { ...readTyped(sized(message, nameEnd + 9, message.length)), $db: 'admin' }
  return { id, legacy: true, silent: false, command }
}

/** The bytes of something that begins with its own length. */
function sized(bytes: Buffer, at: number, end: number): Buffer {
  const length = at + 4 <= end ? bytes.readInt32LE(at) : 0
  if (length < 5 || at + length > end) throw new Error('a length that does not fit its message')
  return bytes.subarray(at, at + length)
}
