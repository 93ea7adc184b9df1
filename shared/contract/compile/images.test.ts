import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { AdmittedRows } from '../compiled.js'
import { digitReader } from '../fixtures/digit.js'
import { allot } from '../fixtures/tensors.js'
import { compileContract } from './compile-contract.js'

const compiled = compileContract(digitReader)
const numbers = Array.from({ length: 64 }, (_, index) => index % 17)

/** A dark dot on light paper. */
async function drawing(): Promise<string> {
  const dot = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#000' } })
    .png()
    .toBuffer()
  const paper = sharp({ create: { width: 32, height: 32, channels: 3, background: '#fff' } })
  return (
    await paper
      .composite([{ input: dot }])
      .png()
      .toBuffer()
  ).toString('base64')
}

async function rowsAndColumns(images: readonly unknown[]) {
  const rows = (await compiled.admitRows(
    images.map((image) => ({ image })),
    'inputs',
  )) as AdmittedRows
  const columns = await compiled.admitColumns({ image: images }, 'input')
  return { rows, columns }
}

describe('images in a contract', () => {
  it('are decoded or taken as numbers, in rows and in columns alike', async () => {
    const { rows, columns } = await rowsAndColumns([numbers, await drawing()])
    for (const block of [rows.block!, columns.block!]) {
      const into = allot(compiled.inputs, 2)
      block.encode(0, 2, into, 0)
      const data = [...(into.image!.data as Float32Array)]
      expect(data.slice(0, 64)).toEqual(numbers)
      expect(data.slice(64)).toEqual(new Array(64).fill(16))
    }
  })

  it('fail their row alone, with its path', async () => {
    const gif = 'R0lGODlhAQABAAAAACw='
    const { rows, columns } = await rowsAndColumns([numbers, gif, [1, 2], numbers.with(3, 17), 7, await drawing()])
    expect(rows.block!.length).toBe(2)
    expect(columns.block!.length).toBe(2)
    const messages = rows.results.flatMap((result) => (result instanceof Error ? [result.message] : []))
    expect(messages).toEqual([
      'inputs.1.image: expected a still PNG or JPEG in base64, received a GIF.',
      'inputs.2.image: expected a PNG or JPEG in base64, or 64 numbers from 0 to 16, received 2 values.',
      'inputs.3.image.3: expected a number from 0 to 16, received 17.',
      'inputs.4.image: expected a PNG or JPEG in base64, or 64 numbers from 0 to 16, received 7.',
    ])
    expect(columns.failed.map(({ row, error }) => [row, error.details.path])).toEqual([
      [1, 'input.image.1'],
      [2, 'input.image.2'],
      [3, 'input.image.3.3'],
      [4, 'input.image.4'],
    ])
  })

  it('decode the example row once and repeat it', async () => {
    const { block } = await compiled.exampleBlock(3)
    const into = allot(compiled.inputs, 3)
    block!.encode(0, 3, into, 0)
    expect([...(into.image!.data as Float32Array)]).toEqual(new Array(192).fill(0))
  })

  it('let a fault that is not the image pass as what it is', async () => {
    const broken = compileContract(digitReader, { decodeImage: () => Promise.reject(new Error('out of memory')) })
    await expect(broken.admitRows([{ image: 'AAAA' }], 'inputs')).rejects.toThrow('out of memory')
  })
})
