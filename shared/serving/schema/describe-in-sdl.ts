import { Kind, print } from 'graphql'

/** A description as it is written in SDL; empty for none. */
export function describeInSdl(description: string | undefined): string {
  if (!description) return ''
  return print({ kind: Kind.STRING, value: description, block: true })
}
