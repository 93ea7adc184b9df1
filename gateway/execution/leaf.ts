import { type GraphQLLeafType, isEnumType } from 'graphql'

/** Whether a value that a subgraph answered may stand for a leaf of this type. Custom scalars hold anything. */
export type LeafCheck = (value: unknown) => boolean

/** The check of a leaf type, as Apollo's gateway checks. */
export function leafCheck(type: GraphQLLeafType): LeafCheck {
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.getValues().map(({ name }) => name))
    return (value) => names.has(value)
  }
  return CHECKS[type.name] ?? (() => true)
}

const CHECKS: Readonly<Record<string, LeafCheck>> = {
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
  Int: isWhole,
  ID: (value) => typeof value === 'string' || isWhole(value),
}

/** Whole numbers that are not written with an exponent. */
function isWhole(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 1e21
}
