import { createRequire } from 'node:module'

/**
 * graphql-shield 7.6.5 imports `util.isUndefined`, which Node 23 removed: its ES build does not load there, and its
 * CommonJS build denies everything in `chain` and `race`. The function is put back and the CommonJS build loaded.
 */
const require = createRequire(import.meta.url)
const legacy = require('node:util') as { isUndefined?: (value: unknown) => boolean }
legacy.isUndefined ??= (value) => value === undefined

export const { rule, and, or, not, chain, race, allow, deny } =
  require('graphql-shield') as typeof import('graphql-shield')

/** A rule as graphql-shield makes them; it resolves to true, or to false or an error for a refusal. */
export type Rule = Parameters<typeof and>[number]

/** Whether a rule decides by its context alone, as its author declared by `cache: 'contextual'`. */
export function isContextual(made: Rule): boolean {
  const { cache, rules } = made as { readonly cache?: string; readonly rules?: readonly Rule[] }
  return rules ? rules.every(isContextual) : cache === 'contextual'
}
