import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelCard } from '../../shared/contract/index.js'
import { createEngine } from '../../shared/inference/create-engine.js'
import { type DigitReading, subgraph } from './subgraph.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { compiled } = subgraph.models[0]!
const card = modelCard.parse(JSON.parse(readFileSync(here('models/digit-reader/1/card.json'), 'utf8')))
const engine = createEngine()

beforeAll(async () => {
  const example = async (rows: number) => (await compiled.exampleBlock(rows)).block!
  await engine.load({
    id: 'digit-reader@1',
    path: here('models/digit-reader/1/model.onnx'),
    fit: compiled.fit,
    example,
  })
})
afterAll(() => engine.close())

async function read(images: readonly unknown[]): Promise<readonly DigitReading[]> {
  const { block, results } = await compiled.admitRows(
    images.map((image) => ({ image })),
    'inputs',
  )
  if (block) await engine.run('digit-reader@1', block, { deadline: Number.POSITIVE_INFINITY, priority: 'interactive' })
  return results as readonly DigitReading[]
}

describe('digit-reader 1', () => {
  it('answers its golden rows as scikit-learn did, to 1e-5, and the digit they make most probable', async () => {
    const readings = await read(card.goldenRows.map(({ input }) => input.image))
    for (const [row, golden] of card.goldenRows.entries()) {
      const expected = golden.output.probabilities as number[]
      const { digit, probabilities } = readings[row]!
      expect(probabilities).toHaveLength(10)
      for (const [index, probability] of probabilities.entries()) {
        expect(Math.abs(probability - expected[index]!), `golden row ${row}`).toBeLessThanOrEqual(1e-5)
      }
      expect(digit).toBe(expected.indexOf(Math.max(...expected)))
    }
  })

  it('reads every scan of the data set within its range: 64 pixels are enough', async () => {
    const csv = readFileSync(here('training/data/digits.csv'), 'utf8').trimEnd().split('\n').slice(1)
    const scans = csv.map((line) => line.split(',').map(Number))
    const readings = await read(scans.map((scan) => scan.slice(0, 64)))
    const right = readings.filter(({ digit }, row) => digit === scans[row]![64]).length
    expect(right / scans.length).toBeGreaterThanOrEqual(0.99)
  })
})

/** How a person might draw the digits, as strokes on a sheet of 100 × 100. */
const STROKES = [
  'M50 12 C22 12 20 88 50 88 C80 88 78 12 50 12 Z',
  'M38 28 L54 12 L54 88',
  'M26 32 C26 6 74 6 72 34 C70 52 42 66 26 86 L76 86',
  'M28 20 C44 6 74 12 72 32 C70 46 54 48 46 48 C62 48 76 56 74 70 C70 92 38 92 26 80',
  'M58 88 L58 12 L22 62 L80 62',
  'M72 14 L36 14 L32 46 C48 38 74 44 74 64 C74 90 42 92 28 78',
  'M64 12 C36 24 26 50 28 68 C32 92 72 92 72 66 C72 46 40 44 30 64',
  'M24 14 L76 14 L44 88',
  'M50 48 C26 42 28 12 50 12 C72 12 74 42 50 48 C22 56 24 88 50 88 C76 88 78 56 50 48 Z',
  'M70 34 C68 10 30 10 30 34 C30 56 66 56 70 34 C70 58 68 74 60 88',
]

interface Pen {
  readonly ink?: string
  readonly paper?: string
  readonly width?: number
  readonly place?: string
}

function draw(strokes: string, { ink = 'black', paper = 'white', width = 10, place = '' }: Pen): Sharp {
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="280" height="280" viewBox="0 0 100 100">
        <rect width="100" height="100" fill="${paper}"/>
        <path transform="${place}" d="${strokes}" fill="none" stroke="${ink}" stroke-width="${width}" stroke-linecap="round"/>
      </svg>`,
    ),
  )
}

describe('a digit drawn by a person', () => {
  it.each<[string, Pen, 'png' | 'jpeg']>([
    ['in black on white', {}, 'png'],
    ['in chalk on a board', { ink: 'white', paper: '#1d3b2f' }, 'png'],
    ['with a marker', { width: 15 }, 'png'],
    ['with a fine pen', { width: 6 }, 'png'],
    ['small, in a corner', { place: 'translate(55 52) scale(0.4)' }, 'png'],
    ['slanted', { place: 'rotate(7 50 50)' }, 'png'],
    ['and photographed as a JPEG', { ink: '#223366', paper: '#f0ead8' }, 'jpeg'],
  ])('%s is read, all ten', async (_name, pen, format) => {
    const images = await Promise.all(STROKES.map((strokes) => draw(strokes, pen).toFormat(format).toBuffer()))
    const readings = await read(images.map((image) => image.toString('base64')))
    expect(readings.map(({ digit }) => digit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('a picture that is none', () => {
  it.each([
    ['63 pixels', new Array(63).fill(0)],
    ['a pixel above 16', new Array(64).fill(17)],
    ['no image in base64', Buffer.from('not an image').toString('base64')],
    ['an empty text', ''],
  ])('%s is refused with its place', async (_name, image) => {
    expect((await read([image]))[0]).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { path: expect.stringMatching(/^inputs\.0\.image/) },
    })
  })
})
