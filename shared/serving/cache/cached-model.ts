import type { CompiledContract } from '../../contract/compiled.js'
import type { Engine, RunOptions, RunTimes } from '../../inference/engine.js'
import type { RowBlock } from '../../tensor/row-block.js'
import { SelectedRows } from '../../tensor/selected-rows.js'
import type { AnswerCache } from './answer-cache.js'
import { CapturedRows } from './captured-rows.js'
import { createRowDigest, type DigestRow } from './row-digest.js'

export interface CachedModelOptions {
  readonly contract: CompiledContract
  readonly cache: AnswerCache
  readonly engine: Pick<Engine, 'run'>
  /** Told how many rows were in the cache and how many had to be run. */
  readonly onRead: (rows: { readonly model: string; readonly hits: number; readonly misses: number }) => void
}

const NOT_RUN: RunTimes = { queueMs: 0, runMs: 0 }

/**
 * A model whose answers are remembered, because it says that one version answers the same row always alike. Only rows that
 * were answered are: what failed is tried again each time.
 */
export class CachedModel {
  readonly #digest: DigestRow

  constructor(private readonly options: CachedModelOptions) {
    this.#digest = createRowDigest(options.contract.inputs)
  }

  /** Rows of one field, asked by a caller with these scopes: what somebody with others was answered is not in reach. */
  rows(asked: AskedRows, scopes: readonly string[]): CachedRows {
    return new CachedRows(asked, [...scopes].sort().join(' '), this.#digest, this.options)
  }
}

/** Rows of a field that passed the check. */
export interface AskedRows {
  readonly block: RowBlock
  /** The row of the field behind each row of the block; undefined where they are the same. */
  readonly places: readonly number[] | undefined
  /** The errors so far, by row of the field. */
  readonly errors: () => ReadonlyMap<number, unknown>
}

/** Rows of a field, answered from memory where possible and by the engine where not. */
export class CachedRows {
  /** Rows of the field that were answered from memory. */
  readonly hits = new Set<number>()

  constructor(
    private readonly asked: AskedRows,
    private readonly grants: string,
    private readonly digest: DigestRow,
    private readonly options: CachedModelOptions,
  ) {}

  /** Answers rows of the block by a version, as the engine does; all of them when `rows` is undefined. */
  async run(version: string, rows: readonly number[] | undefined, run: RunOptions): Promise<RunTimes> {
    const { block } = this.asked
    const keys = this.#recall(version, rows ?? Array.from({ length: block.length }, (_, row) => row))
    if (keys.size === 0) return NOT_RUN
    const captured = new CapturedRows(new SelectedRows(block, [...keys.keys()]))
    const times = await this.options.engine.run(version, captured, run)
    this.#remember(keys, captured)
    return times
  }

  /** Answers what is known, and tells the digests of the other rows. */
  #recall(version: string, rows: readonly number[]): ReadonlyMap<number, string> {
    const { block } = this.asked
    const { cache, onRead, contract } = this.options
    const unknown = new Map<number, string>()
    for (const row of rows) {
      const key = this.digest(version, this.grants, block, row)
      const outputs = cache.get(key)
      if (!outputs) unknown.set(row, key)
      else {
        block.decode(row, row + 1, outputs, 0)
        this.hits.add(this.#placeOf(row))
      }
    }
    onRead({ model: contract.contract.model, hits: rows.length - unknown.size, misses: unknown.size })
    return unknown
  }

  #remember(keys: ReadonlyMap<number, string>, { outputs }: CapturedRows): void {
    const errors = this.asked.errors()
    for (const [index, [row, key]] of [...keys].entries()) {
      const known = outputs[index]
      if (known && !errors.has(this.#placeOf(row))) this.options.cache.set(key, known)
    }
  }

  #placeOf(row: number): number {
    return this.asked.places?.[row] ?? row
  }
}
