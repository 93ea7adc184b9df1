const LONGEST = 80

/** What came instead, for an error: short, on one line, and never the value of a sensitive feature. */
export function describeReceived(value: unknown, sensitive = false): string {
  if (value === undefined || value === null) return 'nothing'
  if (sensitive) return '[redacted]'
  switch (typeof value) {
    case 'string':
      return JSON.stringify(shorten(value))
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      return describeObject(value)
    default:
      return `a ${typeof value}`
  }
}

/** At most 80 characters, an ellipsis for the rest. */
export function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

function describeObject(value: object): string {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `${(value as { length?: number }).length} values`
  return 'an object'
}
