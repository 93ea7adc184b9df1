/**
 * The bytes of a base64 text (RFC 4648 §4, padded), or undefined if it is none. Node's decoder skips characters that are
 * not base64, so that a text which holds any comes out shorter than its length promises.
 */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : undefined
}
