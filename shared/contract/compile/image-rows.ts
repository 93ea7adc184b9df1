import type { ModelgraphError } from '../../errors/modelgraph-error.js'
import { badInput, type Issue } from '../check/issue.js'
import { describeReceived } from '../check/received.js'
import type { FeatureDeclaration } from '../declaration.js'
import type { DecodeImage } from '../image/decode.js'
import { ImageRefusal } from '../image/refusal.js'
import type { CheckedRows } from './row-admission.js'
import type { Row } from './row-check.js'

/** Replaces the images of rows by their samples; a row whose image cannot be read fails alone. */
export async function decodeRowImages(
  features: readonly FeatureDeclaration[],
  decode: DecodeImage,
  checked: CheckedRows,
  pathOf: (place: number) => string,
): Promise<CheckedRows> {
  const decoded = await Promise.all(
    checked.rows.map((row, index) => decodeImages(features, decode, row, pathOf(checked.places[index]!))),
  )
  const passed = decoded.flatMap((row, index) =>
    'error' in row ? [] : [{ row: row.row, place: checked.places[index]! }],
  )
  for (const [index, row] of decoded.entries()) {
    if ('error' in row) checked.results[checked.places[index]!] = row.error
  }
  return { rows: passed.map(({ row }) => row), places: passed.map(({ place }) => place), results: checked.results }
}

async function decodeImages(
  features: readonly FeatureDeclaration[],
  decode: DecodeImage,
  row: Row,
  path: string,
): Promise<{ readonly row: Row } | { readonly error: ModelgraphError }> {
  const samples: Record<string, unknown> = {}
  for (const feature of features) {
    const value = row[feature.name]
    if (typeof value !== 'string') continue
    const result = await decodeValue(feature, decode, value, `${path}.${feature.name}`)
    if ('expected' in result) return { error: badInput([result]) }
    samples[feature.name] = result
  }
  return { row: { ...row, ...samples } }
}

/** The samples of an image in base64, or what is wrong with it. */
export async function decodeValue(
  feature: FeatureDeclaration,
  decode: DecodeImage,
  value: string,
  path: string,
): Promise<Float32Array | Issue> {
  try {
    return await decode(value, feature.image!)
  } catch (error) {
    if (!(error instanceof ImageRefusal)) throw error
    const received = feature.sensitive ? describeReceived(value, true) : error.received
    return { path, expected: error.expected, received }
  }
}
