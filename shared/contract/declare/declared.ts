import type { FeatureDeclaration, OutputDeclaration } from '../declaration.js'

/** Computes a derived output from the other outputs of its row. */
export type Derive = (row: Readonly<Record<string, unknown>>) => unknown

export interface DeclaredOutput {
  readonly declaration: OutputDeclaration
  readonly derive?: Derive
}

/** What the decorators found on a class, property by property in source order. */
class Declarations<Declared> {
  readonly #byClass = new WeakMap<object, Declared[]>()

  add(prototype: object, declared: Declared): void {
    const own = this.#byClass.get(prototype)
    if (own) own.push(declared)
    else this.#byClass.set(prototype, [declared])
  }

  /** Everything declared on a class and on those it extends, the base first. */
  of(prototype: object | null): readonly Declared[] {
    if (prototype === null) return []
    return [...this.of(Object.getPrototypeOf(prototype)), ...(this.#byClass.get(prototype) ?? [])]
  }
}

export const declaredFeatures = new Declarations<FeatureDeclaration>()
export const declaredOutputs = new Declarations<DeclaredOutput>()
