import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './source-files.js'

/** The rows of the tables in a document, cell by cell, without their heads. Code marks are taken off. */
export function tableRows(document: string): string[][] {
  const lines = readFileSync(join(ROOT, document), 'utf8').split('\n')
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    )
}

/** The line between a table's head and its rows. */
function isRule(line: string): boolean {
  return /^\|[-|: ]+\|$/.test(line)
}
