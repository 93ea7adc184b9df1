import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { goalTableOf } from './goals.js'
import type { Row } from './series.js'

/** The figures as an aligned Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  const head = [
    'name',
    'callers',
    'per second',
    'p50 ms',
    'p99 ms',
    'CPU µs each',
    'beside',
    'load',
    'ratio',
    'CPU ratio',
  ]
  const lines = rows.map((row) => [
    row.name,
    row.concurrency === 0 ? 'open' : String(row.concurrency),
    Math.round(row.rps).toLocaleString('en-GB'),
    row.p50Ms.toFixed(3),
    row.p99Ms.toFixed(3),
    fixed(row.cpuUsPerOp, 1),
    fixed(row.besideCpuUsPerOp, 1),
    fixed(row.loadCpuUsPerOp, 1),
    row.ratioToBare.toFixed(3),
    fixed(row.cpuRatio, 3),
  ])
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** What only single rows tell, as Markdown; empty where there is nothing. */
export function extrasOf(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, extra = {} }) =>
    Object.entries(extra).map(([figure, value]) => [name, figure, value.toLocaleString('en-GB')]),
  )
  if (lines.length === 0) return ''
  const head = ['name', 'figure', 'value']
  return `\n\n${[head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits)
}

/** What the figures were taken on: they are ratios, but a reader wants to know. */
export function machineOf(now: Date): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${cpus().length} × ${model}, Node ${process.versions.node}, ${process.platform} ${release()}, ${now.toISOString().slice(0, 10)}`
}

const DOCS = 'docs/benchmarks.md'

/** Replaces the figures and the goals in docs/benchmarks.md; the words around them stay. */
export function writeDocs(rows: readonly Row[], now: Date): void {
  const figures = replaced(
    readFileSync(DOCS, 'utf8'),
    'figures',
    `${machineOf(now)}\n\n${tableOf(rows)}${extrasOf(rows)}`,
  )
  writeFileSync(DOCS, replaced(figures, 'goals', goalTableOf(rows)))
}

function replaced(text: string, part: string, content: string): string {
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`]
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${DOCS} has lost its ${begin} … ${end} marks.`)
  return `${before}${begin}\n${content}\n${end}${after}`
}
