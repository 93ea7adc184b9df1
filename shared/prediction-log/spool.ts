import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readFrames } from './frame.js'

export interface SpoolOptions {
  /** This process alone writes there. */
  readonly folder: string
  /** Bytes on disk, at most. */
  readonly limitBytes: number
  /** A segment this large is closed, and the next begun (default 2 MB). */
  readonly segmentBytes?: number
  readonly openFile?: typeof open
}

/** A file of the spool. */
export interface Segment {
  readonly path: string
  readonly bytes: number
  /** What was written, where it is still at hand. */
  readonly frames?: readonly Buffer[]
}

/** What a segment holds: whole frames, and how many bytes at its end or in its midst are none. */
export interface SegmentContent {
  readonly bytes: Buffer
  readonly damagedBytes: number
}

const SUFFIX = '.log'
const SEGMENT_BYTES = 2_000_000
/** Of so many of the oldest segments what was written is kept at hand: what is delivered at once is never read. */
const SEGMENTS_AT_HAND = 2

/**
 * What is not delivered yet, on disk: files that are only ever appended to, taken away from the oldest on. What stands
 * there survives the process, not a loss of power: nothing is synced.
 */
export class Spool {
  readonly #open: typeof open
  readonly #segmentBytes: number
  #closed: Segment[] = []
  #current: { path: string; bytes: number; file: FileHandle; frames: Buffer[] } | undefined
  #next: number
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly options: SpoolOptions,
    segments: readonly Segment[],
    next: number,
  ) {
    this.#closed = [...segments]
    this.#next = next
    this.#open = options.openFile ?? open
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
  }

  /** Makes the folder, or finds what an earlier process left in it. */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    const names = (await readdir(options.folder)).filter((name) => name.endsWith(SUFFIX)).sort()
    const segments = await Promise.all(
      names.map(async (name) => {
        const path = join(options.folder, name)
        return { path, bytes: (await stat(path)).size }
      }),
    )
    const last = names.at(-1)
    return new Spool(options, segments, last === undefined ? 1 : Number.parseInt(last, 10) + 1)
  }

  get bytes(): number {
    return this.#closed.reduce((sum, { bytes }) => sum + bytes, this.#current?.bytes ?? 0)
  }

  /**
   * Appends frames, as many of the first ones as there is room for; answers how many. Rejects when the disk refuses, and then
   * keeps none of them.
   */
  append(frames: readonly Buffer[]): Promise<number> {
    return this.#inTurn(async () => {
      const fitting = this.#fitting(frames)
      if (fitting.length === 0) return 0
      const current = this.#current ?? (await this.#begin())
      await this.#write(current, joined(fitting))
      current.bytes += bytesOf(fitting)
      current.frames.push(...fitting)
      if (current.bytes >= this.#segmentBytes) await this.#end()
      return fitting.length
    })
  }

  /** Whether a segment is full, or left from before. */
  get hasClosed(): boolean {
    return this.#closed.length > 0
  }

  /** The oldest segment, closed for good; undefined when nothing waits. */
  oldest(): Promise<Segment | undefined> {
    return this.#inTurn(async () => {
      if (this.#closed.length === 0) await this.#end()
      return this.#closed[0]
    })
  }

  async read({ path, frames }: Segment): Promise<SegmentContent> {
    if (frames) return { bytes: joined(frames), damagedBytes: 0 }
    const bytes = await readFile(path)
    const found = readFrames(bytes)
    const { damagedBytes } = found
    return { bytes: damagedBytes === 0 ? bytes : joined(found.frames.map((frame) => frame.bytes)), damagedBytes }
  }

  /** Takes away what was delivered. */
  remove(segment: Segment): Promise<void> {
    return this.#inTurn(async () => {
      this.#closed = this.#closed.filter(({ path }) => path !== segment.path)
      await rm(segment.path, { force: true })
    })
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#end())
  }

  #fitting(frames: readonly Buffer[]): readonly Buffer[] {
    let room = this.options.limitBytes - this.bytes
    let fitting = 0
    for (const { length } of frames) {
      room -= length
      if (room < 0) break
      fitting += 1
    }
    return frames.slice(0, fitting)
  }

  async #begin() {
    const name = `${String(this.#next++).padStart(12, '0')}${SUFFIX}`
    const path = join(this.options.folder, name)
    this.#current = { path, bytes: 0, file: await this.#open(path, 'a', 0o600), frames: [] }
    return this.#current
  }

  async #write({ file, bytes }: { file: FileHandle; bytes: number }, frames: Buffer): Promise<void> {
    try {
      await file.writeFile(frames)
    } catch (error) {
      await file.truncate(bytes).catch(() => {})
      await this.#end()
      throw error
    }
  }

  async #end(): Promise<void> {
    const current = this.#current
    if (!current) return
    this.#current = undefined
    const { path, bytes, frames } = current
    this.#closed.push(this.#closed.length < SEGMENTS_AT_HAND ? { path, bytes, frames } : { path, bytes })
    await current.file.close().catch(() => {})
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task)
    this.#turn = done.catch(() => {})
    return done
  }
}

function joined(frames: readonly Buffer[]): Buffer {
  return frames.length === 1 ? frames[0]! : Buffer.concat(frames)
}

function bytesOf(frames: readonly Buffer[]): number {
  return frames.reduce((sum, { length }) => sum + length, 0)
}
