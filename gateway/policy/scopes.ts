/** The scope that implies every other. */
export const ADMIN = 'admin'

/** Whether a caller may do what `needed` names: it holds that scope, its family (`predict:*`), or `admin`. */
export function holdsScope(held: readonly string[], needed: string): boolean {
  return held.some((scope) => scope === needed || scope === ADMIN || covers(scope, needed))
}

/** Whether a caller holds any scope of a family: `publish:` for `publish:fraud` and `publish:*`, or `admin`. */
export function holdsAnyOf(held: readonly string[], family: `${string}:`): boolean {
  return held.some((scope) => scope === ADMIN || scope.startsWith(family))
}

function covers(scope: string, needed: string): boolean {
  return scope.endsWith(':*') && needed.startsWith(scope.slice(0, -1))
}
