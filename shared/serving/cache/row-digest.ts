import { createHash } from 'node:crypto'
import { allocateTensors } from '../../inference/tensor-set.js'
import type { RowBlock, TensorElements, TensorSet } from '../../tensor/row-block.js'
import type { TensorSpec } from '../../tensor/signature.js'

/** Names a row by all that its answer follows from. */
export type DigestRow = (version: string, grants: string, block: RowBlock, row: number) => string

/**
 * Makes the digest of rows of a contract: sha-256 of the version's id, what the caller is granted, and the row as it is given
 * to the model, defaults filled in and images decoded. Rows that the model cannot tell apart have one digest, and no others.
 */
export function createRowDigest(inputs: readonly TensorSpec[]): DigestRow {
  const row: TensorSet = allocateTensors(inputs, 1)
  const tensors = Object.values(row)
  return (version, grants, block, index) => {
    block.encode(index, index + 1, row, 0)
    const hash = createHash('sha256').update(JSON.stringify([version, grants]))
    for (const { data } of tensors) hash.update(bytesOf(data))
    return hash.digest('base64')
  }
}

function bytesOf(data: TensorElements): string | Uint8Array {
  return Array.isArray(data) ? JSON.stringify(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
