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

/** The value of a typed row, whatever it is: rows that were refused are recorded, too. */
export function rowValue(field: RecordedField, row: unknown): unknown {
  const value = (row as Readonly<Record<string, unknown>> | null | undefined)?.[field.name]
  // Most values are numbers, and all of them come by here.
  if (typeof value === 'number' && field.length === undefined && Number.isFinite(value)) return value
  return recorded(field, value)
}

/** A column that can be read by place; undefined where there is none. */
export function readableColumn(field: RecordedField, column: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return column as unknown as ArrayLike<unknown>
  const type = littleEndianType(field.declared as FeatureDeclaration)
  return typeof column === 'string' && type ? decodeLittleEndian(column, type) : undefined
}

export function columnValue(field: RecordedField, column: ArrayLike<unknown> | undefined, place: number): unknown {
  const { length } = field
  if (!column) return null
  if (length === undefined) return recordedElement(field, column[place])
  return Array.from({ length }, (_, element) => recordedElement(field, column[place * length + element]))
}

function recorded(field: RecordedField, value: unknown): unknown {
  if (field.length === undefined) return recordedElement(field, value)
  if (!Array.isArray(value) || value.length > field.length) return null
  return value.map((element) => recordedElement(field, element))
}

function recordedElement({ image }: RecordedField, value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'string') return image ? digestOf(value) : shortened(value)
  return typeof value === 'boolean' ? value : null
}

function digestOf(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}
