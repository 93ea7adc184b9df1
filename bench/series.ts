import { cpuMicros } from './cpu.js'
import { watchForeignLoad } from './foreign-load.js'
import type { Sample } from './load/closed-loop.js'

/** Something measured: a name, how many callers, how many rows one operation answers, and how to take one sample. */
export interface Subject {
  readonly name: string
  readonly concurrency: number
  /** What an operation counts for in `rps`: 1, or the rows it answers. */
  readonly rowsPerOperation: number
  /** Name of the subject that the ratio is taken against. */
  readonly reference: string
  /** Processes whose CPU time is counted; for in-process subjects this process. */
  readonly pids: readonly number[]
  sample(milliseconds: number): Promise<Sample>
}

export interface Row {
  readonly name: string
  readonly concurrency: number
  /** Operations, or rows, a second. */
  readonly rps: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Server CPU per operation or row, in microseconds; null where the system does not tell. */
  readonly cpuUsPerOp: number | null
  /** rps over the reference's rps at the same concurrency; `ratioToBare` by its published name. */
  readonly ratioToBare: number
}

export interface MeasureOptions {
  readonly rounds: number
  readonly milliseconds: number
  /** Takes progress, a line each. */
  readonly progress: (line: string) => void
}

/**
 * Takes `rounds` samples of every subject, alternating, so that a noisy minute hurts all alike, and answers medians.
 * Each subject is warmed up first.
 */
export async function measure(subjects: readonly Subject[], options: MeasureOptions): Promise<readonly Row[]> {
  for (const subject of subjects) await subject.sample(options.milliseconds)
  const figures = new Map(subjects.map((subject) => [subject, [] as Figure[]]))
  for (let round = 1; round <= options.rounds; round++) {
    options.progress(`round ${round} of ${options.rounds}`)
    for (const subject of subjects) figures.get(subject)!.push(await quietFigure(subject, options))
  }
  const medians = subjects.map((subject) => ({ subject, figure: medianFigure(figures.get(subject)!) }))
  return medians.map(({ subject, figure }) => ({
    name: subject.name,
    concurrency: subject.concurrency,
    ...figure,
    ratioToBare: figure.rps / referenceRps(medians, subject),
  }))
}

type Figure = Omit<Row, 'name' | 'concurrency' | 'ratioToBare'>

/** What others may use of the machine during a sample, in cores, before it is taken again. */
const QUIET = 0.1
const ATTEMPTS = 8

/** A sample while the machine is ours: taken again when others were busy, the quietest kept. */
async function quietFigure(subject: Subject, { milliseconds, progress }: MeasureOptions): Promise<Figure> {
  let best: { readonly figure: Figure; readonly foreign: number } | undefined
  for (let attempt = 1; attempt <= ATTEMPTS && !(best && best.foreign <= QUIET); attempt++) {
    const foreignLoad = watchForeignLoad()
    const figure = await figureOf(subject, milliseconds)
    const foreign = foreignLoad()
    if (!best || foreign < best.foreign) best = { figure, foreign }
  }
  const { figure, foreign } = best!
  if (foreign > QUIET)
    progress(`${subject.name}: others used ${foreign.toFixed(1)} cores in the quietest of ${ATTEMPTS} samples`)
  return figure
}

async function figureOf(subject: Subject, milliseconds: number): Promise<Figure> {
  const before = cpuMicros(subject.pids)
  const sample = await subject.sample(milliseconds)
  const after = cpuMicros(subject.pids)
  const operations = sample.count * subject.rowsPerOperation
  return {
    rps: operations / sample.seconds,
    p50Ms: quantile(sample.latenciesMs, 0.5),
    p99Ms: quantile(sample.latenciesMs, 0.99),
    cpuUsPerOp: before === undefined || after === undefined ? null : (after - before) / operations,
  }
}

function medianFigure(figures: readonly Figure[]): Figure {
  const median = (pick: (figure: Figure) => number) =>
    quantile(
      figures.map(pick).sort((a, b) => a - b),
      0.5,
    )
  return {
    rps: median((figure) => figure.rps),
    p50Ms: median((figure) => figure.p50Ms),
    p99Ms: median((figure) => figure.p99Ms),
    cpuUsPerOp: figures[0]!.cpuUsPerOp === null ? null : median((figure) => figure.cpuUsPerOp!),
  }
}

function referenceRps(medians: readonly { subject: Subject; figure: Figure }[], subject: Subject): number {
  const same = medians.filter((other) => other.subject.name === subject.reference)
  const reference = same.find((other) => other.subject.concurrency === subject.concurrency) ?? same[0]
  if (!reference) throw new Error(`${subject.name} is compared with ${subject.reference}, which is not measured`)
  return reference.figure.rps
}

/** Nearest rank over a sorted list. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN
}
