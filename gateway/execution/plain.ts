/** An object as JSON holds it. */
export type Plain = Record<string, unknown>

/**
 * Whether a name means something on every JavaScript object (`constructor`, `__proto__`): data of that name cannot be told
 * from it without looking twice, which costs every request for what no request needs.
 */
export function isInherited(name: string): boolean {
  return name in Object.prototype
}
