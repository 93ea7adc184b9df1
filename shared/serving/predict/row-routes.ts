import type { Routed } from './routing-table.js'

const NO_OTHERS: ReadonlyMap<number, Routed> = new Map()

/** Which version each row of a field is given to and, once it is answered, which one answered it. */
export class RowRoutes {
  /** Rows that go another way than the first one. */
  #others: Map<number, Routed> | undefined

  private constructor(readonly first: Routed) {}

  static all(routed: Routed): RowRoutes {
    return new RowRoutes(routed)
  }

  /** By the routes of the rows in order, at least one. */
  static each(routes: readonly Routed[]): RowRoutes {
    const known = new Map(routes.map((routed) => [`${routed.id} ${routed.route}`, routed]))
    const [first, ...rest] = routes.map((routed) => known.get(`${routed.id} ${routed.route}`)!)
    const all = new RowRoutes(first!)
    for (const [index, routed] of rest.entries()) if (routed !== first) all.set(index + 1, routed)
    return all
  }

  of(row: number): Routed {
    return this.#others?.get(row) ?? this.first
  }

  set(row: number, routed: Routed): void {
    this.#others ??= new Map()
    this.#others.set(row, routed)
  }

  /** Whether all rows go one way. */
  get isOne(): boolean {
    return this.#others === undefined
  }

  /** Whether a version that rows go to is deprecated. */
  get deprecated(): boolean {
    if (this.first.deprecation) return true
    for (const { deprecation } of this.others.values()) if (deprecation) return true
    return false
  }

  /** The rows that go another way than the first one did. */
  get others(): ReadonlyMap<number, Routed> {
    return this.#others ?? NO_OTHERS
  }
}
