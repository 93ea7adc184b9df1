import { createHash } from 'node:crypto'
import { littleEndianType } from '../contract/columns/column.js'
import type { Contract, FeatureDeclaration, OutputDeclaration } from '../contract/declaration.js'
import { decodeLittleEndian } from '../contract/scalars/little-endian.js'

/** A feature or an output as it is recorded. */
export interface RecordedField {
  readonly name: string
  /** Elements of a vector; undefined for a single value. */
  readonly length: number | undefined
  /** An image is recorded as the sha-256 of what was sent: it says whether two were the same, and weighs nothing. */
  readonly image: boolean
  /** Characters that are recorded of a text. */
  readonly longestText: number
  readonly declared: FeatureDeclaration | OutputDeclaration
}

/** What of a model is recorded. Sensitive features are left out here, before anything is kept, sent or written. */
export interface RecordedFields {
  readonly inputs: readonly RecordedField[]
  readonly outputs: readonly RecordedField[]
  readonly redacted: readonly string[]
  /** Values of a row, its id included: what it weighs in memory. */
  readonly valuesPerRow: number
}

const LONGEST_TEXT = 1_000
/** Characters of a row's texts, at most, whatever was sent as its features. */
const ROW_CHARACTERS = 200_000

export function recordedFieldsOf({ input, output }: Contract): RecordedFields {
  const kept = input.features.filter(({ sensitive }) => !sensitive)
  const values = [...kept, ...output.outputs].reduce((sum, { length = 1 }) => sum + length, 0)
  const longestText = Math.min(LONGEST_TEXT, Math.floor(ROW_CHARACTERS / values))
  return {
    inputs: kept.map((feature) => fieldOf(feature, longestText)),
    outputs: output.outputs.map((declared) => fieldOf(declared, longestText)),
    redacted: input.features.filter(({ sensitive }) => sensitive).map(({ name }) => name),
    valuesPerRow: 1 + values,
  }
}

function fieldOf(declared: FeatureDeclaration | OutputDeclaration, longestText: number): RecordedField {
  const { name, length } = declared
  return { name, length, image: declared.kind === 'image', longestText, declared }
}

/** A column that can be read by place; undefined where there is none. */
export function readableColumn(field: RecordedField, column: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return column as unknown as ArrayLike<unknown>
  const type = littleEndianType(field.declared as FeatureDeclaration)
  return typeof column === 'string' && type ? decodeLittleEndian(column, type) : undefined
}

/** What is recorded in place of an image, in lower-case hex. */
export function digestOf(image: string): string {
  return createHash('sha256').update(image).digest('hex')
}

/** A text as it is recorded. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
