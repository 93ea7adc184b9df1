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

export function recordedFieldsOf({ input, output }: Contract): RecordedFields {
  const inputs = input.features.filter(({ sensitive }) => !sensitive).map(fieldOf)
  const outputs = output.outputs.map(fieldOf)
  return {
    inputs,
    outputs,
    redacted: input.features.filter(({ sensitive }) => sensitive).map(({ name }) => name),
    valuesPerRow: [...inputs, ...outputs].reduce((sum, { length = 1 }) => sum + length, 1),
  }
}

function fieldOf(declared: FeatureDeclaration | OutputDeclaration): RecordedField {
  return { name: declared.name, length: declared.length, image: declared.kind === 'image', declared }
}

/** A column that can be read by place; undefined where there is none. */
export function readableColumn(field: RecordedField, column: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return column as unknown as ArrayLike<unknown>
  const type = littleEndianType(field.declared as FeatureDeclaration)
  return typeof column === 'string' && type ? decodeLittleEndian(column, type) : undefined
}

/** What is recorded in place of an image. */
export function digestOf(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`
}

/** A text as it is recorded. */
export function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}
