import type { Environment } from '../control/protocol.js'
import type { Batch } from './batch.js'
import type { ChunkHead } from './chunk.js'
import { frameOf } from './frame.js'
import { putHex } from './hex-words.js'
import { digestOf, type RecordedFields } from './recorded-fields.js'

/** How a model is recorded. */
export interface RecordedModel {
  readonly fields: RecordedFields
  /** Share of rows, in percent. */
  readonly sample: number
}

/** The frame of the chunk that a batch becomes. Its cells are free again. */
export function sealChunk(batch: Batch, environment: Environment, recorded: RecordedModel): Buffer {
  const { cells, length, images, text } = batch
  const words = new Uint32Array(cells.buffer)
  for (const { at, image } of images) putHex(words, 2 * at, digestOf(image))
  return frameOf(JSON.stringify(headOf(batch, environment, recorded)), cells.subarray(0, length), text)
}

function headOf(batch: Batch, environment: Environment, { fields, sample }: RecordedModel): ChunkHead {
  const { model, version, first, last, rows, errors, origins, words } = batch
  return {
    format: 2,
    id: first,
    last,
    environment,
    model,
    version,
    sample,
    rows,
    words: [...words],
    errors: { ...errors },
    origins: [...origins],
    redacted: [...fields.redacted],
    inputs: fields.inputs.map(({ name }) => name),
    outputs: fields.outputs.map(({ name }) => name),
  }
}
