import type { BSONRegExp } from 'bson'
import { badValue, refusal } from '../faults.js'

/** The longest pattern taken, in characters. */
export const MAX_PATTERN = 32_764

/**
 * Compiles a PCRE pattern with JavaScript's engine. What the two read differently is refused: `\A`, `\Z`, `\Q`,
 * POSIX classes, inline flags, the flag x. `$` also matches before a final line break, as in PCRE.
 */
export function compilePattern(pattern: RegExp | BSONRegExp | string, options = ''): (text: string) => boolean {
  const source = typeof pattern === 'string' ? pattern : 'pattern' in pattern ? pattern.pattern : pattern.source
  const flags = options || (typeof pattern === 'string' ? '' : 'pattern' in pattern ? pattern.options : pattern.flags)
  if (source.length > MAX_PATTERN) throw badValue(`a regular expression may have ${MAX_PATTERN} characters at most`)
  if (!/^[imsu]*$/.test(flags)) throw refusal(`a regular expression with the flags '${flags}'`)
  if (PCRE_ONLY.test(source)) throw refusal(`the PCRE syntax in /${source}/`)
  const expression = compile(source, [...new Set(flags.replace('u', ''))].join(''))
  const endsAtLineBreak = source.includes('$') && !flags.includes('m')
  return (text) =>
    expression.test(text) || (endsAtLineBreak && text.endsWith('\n') && expression.test(text.slice(0, -1)))
}

const PCRE_ONLY = /\\[AZzQEhHRKGXvN]|\[\[:|\(\?[a-zA-Z#|>&(+]|\(\*/

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`)
  } catch {
    return compileLoose(source, flags)
  }
}

/** PCRE accepts needless escapes such as `\-`; JavaScript does so only without the flag u. */
function compileLoose(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch (error) {
    throw badValue(`the regular expression /${source}/ is invalid: ${(error as Error).message}`)
  }
}
