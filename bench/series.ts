import { cpuMicros } from './cpu.js'
import { watchForeignLoad } from './foreign-load.js'
import type { Sample } from './load/closed-loop.js'
import { quantile } from './load/quantile.js'

/** Something measured: a name, how many callers, how many rows one operation answers, and how to take one sample. */
export interface Subject {
  readonly name: string
  /** Callers that wait for their answers; 0 for requests that come at their own times. */
  readonly concurrency: number
  /** What an operation counts for in `rps`: 1, or the rows it answers. */
  readonly rowsPerOperation: number
  /** Name of the subject that the ratio is taken against. */
  readonly reference: string
  /** Processes whose CPU time is counted; for in-process subjects this process. */
  readonly pids: readonly number[]
  /** Warmed up for this time, in milliseconds, where one sample is not enough for its code to be compiled. */
  readonly warmUpMs?: number
  /** Whether this process only makes the load, so that its CPU time is that of the load. */
  readonly ownLoad?: boolean
  /** Processes that work for the measured ones in passing, counted apart. */
  readonly besidePids?: readonly number[]
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
  /** The same of the processes beside; null where there are none or the system does not tell. */
  readonly besideCpuUsPerOp: number | null
  /** The same of the process that makes the load, which shares the cores; null where that is the measured one. */
  readonly loadCpuUsPerOp: number | null
  /** rps over the reference's rps at the same concurrency; `ratioToBare` by its published name. */
  readonly ratioToBare: number
  /**
   * Server CPU per operation over the reference's, the median of the ratios within each round: a busy machine moves it less
   * than rps. Null where the system does not tell.
   */
  readonly cpuRatio: number | null
  /** What only this row tells, by name. */
  readonly extra?: Readonly<Record<string, number>>
}

export interface MeasureOptions {
  readonly rounds: number
  readonly milliseconds: number
  /** How often a sample is taken, at most, while others are busy. */
  readonly attempts: number
  /** Takes progress, a line each. */
  readonly progress: (line: string) => void
}

/**
 * Takes `rounds` samples of every subject, alternating, so that a noisy minute hurts all alike, and answers medians.
 * Each subject is warmed up first.
 */
export async function measure(subjects: readonly Subject[], options: MeasureOptions): Promise<readonly Row[]> {
  for (const subject of subjects) await subject.sample(subject.warmUpMs ?? options.milliseconds)
  const figures = new Map(subjects.map((subject) => [subject, [] as Figure[]]))
  for (let round = 1; round <= options.rounds; round++) {
    options.progress(`round ${round} of ${options.rounds}`)
    for (const subject of subjects) figures.get(subject)!.push(await quietFigure(subject, options))
  }
  const measured = subjects.map((subject) => ({ subject, figures: figures.get(subject)! }))
  return measured.map((own) => rowOf(own, referenceOf(own, measured)))
}

type Figure = Omit<Row, 'name' | 'concurrency' | 'ratioToBare' | 'cpuRatio'>

interface Measured {
  readonly subject: Subject
  /** One a round. */
  readonly figures: readonly Figure[]
}

function rowOf({ subject: { name, concurrency }, figures }: Measured, reference: Measured): Row {
  const figure = medianFigure(figures)
  return {
    name,
    concurrency,
    ...figure,
    ratioToBare: figure.rps / medianFigure(reference.figures).rps,
    cpuRatio: medianOf(figures, ({ cpuUsPerOp }, round) => {
      const other = reference.figures[round]!.cpuUsPerOp
      return cpuUsPerOp === null || other === null ? null : cpuUsPerOp / other
    }),
  }
}

/** What others may use of the machine during a sample, in cores, before it is taken again. */
const QUIET = 0.1

/** A sample while the machine is ours: taken again when others were busy, the quietest kept. */
async function quietFigure(subject: Subject, { milliseconds, attempts, progress }: MeasureOptions): Promise<Figure> {
  let best: { readonly figure: Figure; readonly foreign: number } | undefined
  for (let attempt = 1; attempt <= attempts && !(best && best.foreign <= QUIET); attempt++) {
    const foreignLoad = watchForeignLoad()
    const figure = await figureOf(subject, milliseconds)
    const foreign = foreignLoad()
    if (!best || foreign < best.foreign) best = { figure, foreign }
  }
  const { figure, foreign } = best!
  if (foreign > QUIET)
    progress(`${subject.name}: others used ${foreign.toFixed(1)} cores in the quietest of ${attempts} samples`)
  return figure
}

async function figureOf(subject: Subject, milliseconds: number): Promise<Figure> {
  const { pids, besidePids = [] } = subject
  const counted = [pids, besidePids, subject.ownLoad ? [process.pid] : []]
  const before = counted.map(cpuMicros)
  const sample = await subject.sample(milliseconds)
  const after = counted.map(cpuMicros)
  // Sorted only when the CPU time has been read: it counts for nobody.
  const latencies = Float64Array.from(sample.latenciesMs).sort()
  const operations = sample.count * subject.rowsPerOperation
  const [cpu, besideCpu, loadCpu] = after.map((micros, which) => {
    const started = before[which]
    const known = micros !== undefined && started !== undefined && counted[which]!.length > 0
    return known ? (micros - started) / operations : null
  })
  return {
    rps: operations / sample.seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuUsPerOp: cpu!,
    besideCpuUsPerOp: besideCpu!,
    loadCpuUsPerOp: loadCpu!,
  }
}

function medianFigure(figures: readonly Figure[]): Figure {
  return {
    rps: medianOf(figures, ({ rps }) => rps)!,
    p50Ms: medianOf(figures, ({ p50Ms }) => p50Ms)!,
    p99Ms: medianOf(figures, ({ p99Ms }) => p99Ms)!,
    cpuUsPerOp: medianOf(figures, ({ cpuUsPerOp }) => cpuUsPerOp),
    besideCpuUsPerOp: medianOf(figures, ({ besideCpuUsPerOp }) => besideCpuUsPerOp),
    loadCpuUsPerOp: medianOf(figures, ({ loadCpuUsPerOp }) => loadCpuUsPerOp),
  }
}

/** Null where a round has none. */
function medianOf(figures: readonly Figure[], pick: (figure: Figure, round: number) => number | null): number | null {
  const values = figures.map(pick).filter((value) => value !== null)
  if (values.length < figures.length) return null
  return quantile(
    values.sort((a, b) => a - b),
    0.5,
  )
}

function referenceOf({ subject }: Measured, measured: readonly Measured[]): Measured {
  const same = measured.filter((other) => other.subject.name === subject.reference)
  const reference = same.find((other) => other.subject.concurrency === subject.concurrency) ?? same[0]
  if (!reference) throw new Error(`${subject.name} is compared with ${subject.reference}, which is not measured`)
  return reference
}
