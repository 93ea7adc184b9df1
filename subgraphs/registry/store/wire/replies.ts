import { describeFault } from '../faults.js'
import { type Doc, isDocument, writeDocument } from '../values/documents.js'
import { RawDocument } from '../values/raw-document.js'
import { HEADER_BYTES, OP_MSG, OP_REPLY, type Request } from './messages.js'

/** Frames the reply to a request. A reply that can't be written becomes an error the client can read. */
export function encodeReply(request: Request, reply: Doc, responseId: number): Buffer {
  return frame(request, bodyOf(reply), responseId)
}

function bodyOf(reply: Doc): Buffer {
  try {
    return isDocument(reply.cursor) ? cursorReply(reply, reply.cursor) : writeDocument(reply)
  } catch (error) {
    return writeDocument({ ok: 0, ...describeFault(error) })
  }
}

/** A cursor's batch is spliced from raw documents, without reading them. */
function cursorReply(reply: Doc, cursor: Doc): Buffer {
  const field = 'firstBatch' in cursor ? 'firstBatch' : 'nextBatch'
  const { [field]: batch, ...cursorRest } = cursor
  const { cursor: _, ...replyRest } = reply
  const items = (batch as unknown[]).map((item, n) => element(DOCUMENT, String(n), bytesOf(item)))
  const inner = wrap([element(ARRAY, field, wrap(items)), elementsOf(cursorRest)])
  return wrap([element(DOCUMENT, 'cursor', inner), elementsOf(replyRest)])
}

const DOCUMENT = 3
const ARRAY = 4

function bytesOf(item: unknown): Uint8Array {
  return item instanceof RawDocument ? item.bytes : writeDocument(item as Doc)
}

function element(type: number, name: string, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(type), Buffer.from(`${name}\0`), value])
}

function elementsOf(doc: Doc): Buffer {
  return writeDocument(doc).subarray(4, -1)
}

function wrap(parts: Uint8Array[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.of(0)])
  bytes.writeInt32LE(bytes.length)
  return bytes
}

function frame({ id, legacy }: Request, body: Buffer, responseId: number): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + (legacy ? 20 : 5))
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(responseId & 0x7fffffff, 4)
  head.writeInt32LE(id, 8)
  head.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12)
  if (legacy) {
    head.writeInt32LE(AWAIT_CAPABLE, 16)
    head.writeInt32LE(1, 32)
  }
  return Buffer.concat([head, body])
}

const AWAIT_CAPABLE = 8
