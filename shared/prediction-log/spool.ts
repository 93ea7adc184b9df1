import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readSpoolLines, type SegmentContent } from './spool-lines.js'

export interface SpoolOptions {
  /** This process alone writes there. */
  readonly folder: string
  /** Bytes on disk, at most. */
  readonly limitBytes: number
  /** A segment this large is closed, and the next begun (default 1 MB). */
  readonly segmentBytes?: number
  readonly openFile?: typeof open
}

/** A file of the spool. */
export interface Segment {
  readonly path: string
  readonly bytes: number
}

const SUFFIX = '.log'
const SEGMENT_BYTES = 1_000_000

/**
 * What is not delivered yet, on disk: files that are only ever appended to, taken away from the oldest on. What stands
 * there survives the process, not a loss of power: nothing is synced.
 */
export class Spool {
  readonly #open: typeof open
  readonly #segmentBytes: number
  #closed: Segment[] = []
  #current: { path: string; bytes: number; file: FileHandle } | undefined
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

  /** Appends whole lines. False when there is no room for them; rejects when the disk refuses, and then keeps none of them. */
  append(lines: Buffer): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.bytes + lines.length > this.options.limitBytes) return false
      const current = this.#current ?? (await this.#begin())
      await this.#write(current, lines)
      current.bytes += lines.length
      if (current.bytes >= this.#segmentBytes) await this.#end()
      return true
    })
  }

  /** The oldest segment, closed for good; undefined when nothing waits. */
  oldest(): Promise<Segment | undefined> {
    return this.#inTurn(async () => {
      if (this.#closed.length === 0) await this.#end()
      return this.#closed[0]
    })
  }

  async read({ path }: Segment): Promise<SegmentContent> {
    return readSpoolLines(await readFile(path))
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

  async #begin() {
    const name = `${String(this.#next++).padStart(12, '0')}${SUFFIX}`
    const path = join(this.options.folder, name)
    this.#current = { path, bytes: 0, file: await this.#open(path, 'a', 0o600) }
    return this.#current
  }

  async #write({ file, bytes }: { file: FileHandle; bytes: number }, lines: Buffer): Promise<void> {
    try {
      await file.writeFile(lines)
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
    this.#closed.push({ path: current.path, bytes: current.bytes })
    await current.file.close().catch(() => {})
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task)
    this.#turn = done.catch(() => {})
    return done
  }
}
