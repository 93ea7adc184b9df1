import type { Issue } from '../check/issue.js'
import { findValueIssues } from '../check/value-issues.js'
import { decodeValue } from '../compile/image-rows.js'
import type { DecodeImage } from '../image/decode.js'
import type { Column } from './column.js'

/** A column of images as samples. An image that cannot be read is told to `refuse` and left dark. */
export async function decodeColumn(
  column: Column,
  decode: DecodeImage,
  refuse: (row: number, issues: readonly Issue[]) => void,
): Promise<Column> {
  const decodeOne = async (value: unknown, row: number): Promise<unknown> => {
    const path = `${column.path}.${row}`
    const issues = findValueIssues(column.feature, value, path)
    const samples =
      issues.length === 0 && typeof value === 'string' ? await decodeValue(column.feature, decode, value, path) : value
    if (issues.length === 0 && !isIssue(samples)) return samples
    refuse(row, isIssue(samples) ? [samples] : issues)
    return []
  }
  return { ...column, values: await Promise.all(Array.from(column.values!, decodeOne)) }
}

function isIssue(value: unknown): value is Issue {
  return typeof value === 'object' && value !== null && 'expected' in value
}
