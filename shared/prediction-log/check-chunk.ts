import { type ChunkHead, chunkHeadSchema } from './chunk.js'
import { ChunkReader } from './chunk-reader.js'
import type { Frame } from './frame.js'
import { wordsOfUuid } from './hex-words.js'

/** The head of a chunk that is as it should be, to its last cell; throws an error that says what is wrong with another. */
export function checkChunk(frame: Frame): ChunkHead {
  const head = chunkHeadSchema.parse(JSON.parse(frame.head.toString('utf8')))
  const reader = new ChunkReader(head, frame)
  const [first, last] = [wordsOfUuid(head.id), wordsOfUuid(head.last)]
  let [rows, failed] = [0, 0]
  while (!reader.isAtEnd) {
    const call = reader.call()
    for (let left = call.rows; left > 0; left--) {
      const row = reader.row(call)
      if (row.compare(first) < 0 || row.compare(last) > 0) throw new RangeError('an id lies outside')
      if (call.hasValues) reader.skip(head.inputs.length + (row.error === null ? head.outputs.length : 0))
      rows += 1
      failed += row.error === null ? 0 : 1
    }
  }
  if (!reader.isWhole) throw new RangeError('it holds more text than its cells say')
  if (rows !== head.rows) throw new RangeError(`it holds ${rows} rows where it says ${head.rows}`)
  const told = Object.values(head.errors).reduce((sum, count) => sum + count, 0)
  if (failed !== told) throw new RangeError(`${failed} of its rows failed where it says ${told}`)
  return head
}
