import { wrongInput } from '../clients/wrong-input.js'

const DAY_MS = 86_400_000

/** A key lives this long unless its maker says otherwise, in days. */
export const DEFAULT_KEY_DAYS = 365
/** And never longer than this. */
export const LONGEST_KEY_DAYS = 730

/** When a key expires that is made now. Throws `BAD_USER_INPUT` for a time that is past or too far away. */
export function expiryOf(asked: Date | null | undefined, at: Date, path: string): Date {
  if (!asked) return new Date(at.getTime() + DEFAULT_KEY_DAYS * DAY_MS)
  const lifetime = asked.getTime() - at.getTime()
  if (lifetime > 0 && lifetime <= LONGEST_KEY_DAYS * DAY_MS) return asked
  throw wrongInput(path, `a time to come, at most ${LONGEST_KEY_DAYS} days away`, asked)
}
