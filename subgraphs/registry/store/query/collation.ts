import { badValue, refusal } from '../faults.js'
import { isDocument } from '../values/documents.js'
import { isNumeric, toDouble } from '../values/numbers.js'

const SENSITIVITY = { 1: 'base', 2: 'accent', 3: 'variant' } as const

/**
 * The order of strings a collation asks for, or undefined for the simple one. Only sorting knows collations:
 * together with a filter they are refused, because equality and indexes compare bytes.
 */
export function sortCollation(collation: unknown, filter: unknown): Intl.Collator | undefined {
  if (collation === undefined || collation === null) return undefined
  if (!isDocument(collation) || typeof collation.locale !== 'string') throw badValue('a collation needs a locale')
  if (collation.locale === 'simple') return undefined
  if (isDocument(filter) && Object.keys(filter).length > 0) throw refusal('a collation together with a filter')
  const { locale, strength = 3, numericOrdering, ...others } = collation
  if (Object.keys(others).length > 0) throw refusal(`the collation option ${Object.keys(others)[0]}`)
  const sensitivity = isNumeric(strength) ? SENSITIVITY[toDouble(strength) as 1 | 2 | 3] : undefined
  if (!sensitivity) throw refusal('a collation strength other than 1, 2 or 3')
  return new Intl.Collator(locale as string, { sensitivity, numeric: numericOrdering === true })
}
