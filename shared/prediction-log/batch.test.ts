import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkChunk } from './check-chunk.js'
import { ChunkReader } from './chunk-reader.js'
import { copiedModelOf, Entry } from './entry.js'
import { answeredRows, CONTRACT, LogBench } from './fixtures/log-bench.js'
import { readFrames } from './frame.js'
import { OpenBatch } from './open-batch.js'
import { digestOf } from './recorded-fields.js'
import { recordedRows } from './recorded-rows.js'
import { sealChunk } from './seal-chunk.js'

const model = copiedModelOf(CONTRACT, 100)
const bench = new LogBench()
bench.remove()

const anything = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom(null, undefined, {}, 'x'.repeat(2_000)),
  fc.array(fc.oneof(fc.double(), fc.constant(null), fc.string()), { maxLength: 4 }),
)
const anyRow = fc.oneof(
  fc.constantFrom(null, undefined, 7, 'a row'),
  fc.record({ amount: anything, income: anything, kind: anything, trace: anything, photo: anything }),
)

describe('a chunk of a batch', () => {
  it('gives back what is recorded of any rows, as JSON would, and nothing of what is sensitive', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRow, anything, fc.boolean()), { minLength: 1, maxLength: 6 }), (rows) => {
        const batch = new OpenBatch('risk', 1)
        const errors = new Map(rows.flatMap(([, , fails], row) => (fails ? [[row, { code: 'FAILED' }] as const] : [])))
        const answered = answeredRows(bench, rows.length, {
          inputs: rows.map(([row]) => row),
          errors,
          outputsOf: (row) => ({ probability: rows[row]![1] }),
        })
        new Entry(answered, model, undefined).copy(batch, rows.length)
        expect(batch.at).toBeLessThanOrEqual(new Entry(answered, model, undefined).cellsFor(rows.length))
        expect(readRows(batch)).toEqual(
          rows.map(([row, output, fails], index) => ({
            id: answered.ids[index],
            error: fails ? 'FAILED' : null,
            inputs: Object.fromEntries(
              model.fields.inputs.map(({ name, length, image }) => [
                name,
                expected((row as Record<string, unknown> | null | undefined)?.[name], length, image),
              ]),
            ),
            outputs: fails ? null : { probability: expected(output, undefined, false) },
          })),
        )
      }),
    )
  })

  it('is as it was where a row cannot be read', () => {
    const batch = new OpenBatch('risk', 1)
    new Entry(answeredRows(bench, 2), model, undefined).copy(batch, 2)
    const before = readRows(batch)
    const broken = answeredRows(bench, 3, {
      outputsOf: () => {
        throw new Error('no outputs')
      },
    })
    expect(() => new Entry(broken, model, undefined).copy(batch, 3)).toThrow('no outputs')
    expect(readRows(batch)).toEqual(before)
    expect(batch.rows).toBe(2)
  })
})

/** What the registry reads in the end, which finds nothing wrong with it. */
function readRows(open: OpenBatch) {
  const [frame] = readFrames(sealChunk(open.batch, 'test', model)).frames
  const rows = recordedRows(new ChunkReader(checkChunk(frame!), frame!))
  return rows.map(({ id, error, inputs, outputs }) => ({ id, error, inputs, outputs }))
}

/** What is recorded of a value, said the plain way. */
function expected(value: unknown, length: number | undefined, image: boolean): unknown {
  if (length !== undefined) {
    if (!Array.isArray(value) || value.length > length) return null
    return value.map((element) => expected(element, undefined, image))
  }
  if (typeof value === 'string') {
    if (image) return `sha256:${digestOf(value)}`
    return value.length > 1_000 ? `${value.slice(0, 1_000)}…` : value
  }
  return typeof value === 'boolean' || Number.isFinite(value) ? value : null
}
