/** Whether a client takes an answer as `application/json`, as far as this is plain; what is not is left to negotiation. */
export function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || accept === '*/*' || PLAIN.test(accept)
}

/** JSON or anything, without weights. */
const PLAIN = /^application\/json(?:; ?charset=utf-8)?(?:, ?\*\/\*)?$/i
