import {
  afterSpace,
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isSpace,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from './bytes.js'

/** Reads the list at the reader's cursor, which stands on its bracket, and moves the cursor behind it. */
export type ReadList = (reader: JsonReader) => unknown

/** Objects within objects that are read at most. */
const DEEPEST = 32

/**
 * Reads JSON from bytes as `JSON.parse` does from text, but hands each list to whoever knows a faster way than that. Every
 * method throws a `SyntaxError` for what it does not read, which may be JSON all the same: the word of `JSON.parse` is final.
 */
export class JsonReader {
  /** The next byte. */
  at = 0
  /** Objects and lists that are open. */
  depth = 0

  constructor(
    readonly bytes: Buffer,
    private readonly readList: ReadList,
  ) {}

  /** The value that all bytes are. */
  document(): unknown {
    const value = this.value()
    this.end()
    return value
  }

  /** Makes sure that nothing but white space is left. */
  end(): void {
    if (this.peek() !== undefined) throw unread()
  }

  value(): unknown {
    switch (this.peek()) {
      case OPEN_OBJECT:
        return this.object()
      case OPEN_LIST:
        return this.readList(this)
      case QUOTE:
        return this.text()
      default:
        return this.literal()
    }
  }

  /** Reads an object; `read` is called for each member with the cursor before its value, and answers it. */
  object(read: (name: string) => unknown = () => this.value()): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    this.each(CLOSE_OBJECT, () => {
      const name = this.name()
      object[name] = read(name)
    })
    return object
  }

  /** Moves the cursor over white space and answers the byte there. */
  peek(): number | undefined {
    this.at = afterSpace(this.bytes, this.at)
    return this.bytes[this.at]
  }

  /** Reads what stands between brackets, the first of which is under the cursor. */
  private each(close: number, readOne: () => void): void {
    if (++this.depth > DEEPEST) throw unread()
    this.at += 1
    if (this.peek() === close) this.at += 1
    else this.members(close, readOne)
    this.depth -= 1
  }

  private members(close: number, readOne: () => void): void {
    for (;;) {
      readOne()
      const next = this.peek()
      this.at += 1
      if (next === close) return
      if (next !== COMMA) throw unread()
    }
  }

  private name(): string {
    if (this.peek() !== QUOTE) throw unread()
    const name = this.text()
    if (name === '__proto__' || this.peek() !== COLON) throw unread()
    this.at += 1
    return name
  }

  private text(): string {
    const { bytes, at: start } = this
    let end = start
    do end = bytes.indexOf(QUOTE, end + 1)
    while (end > 0 && isEscaped(bytes, end))
    if (end < 0) throw unread()
    this.at = end + 1
    return JSON.parse(bytes.toString('utf8', start, end + 1))
  }

  /** A number, `true`, `false` or `null`. */
  private literal(): unknown {
    const { bytes, at: start } = this
    while (this.at < bytes.length && !endsLiteral(bytes[this.at]!)) this.at += 1
    return JSON.parse(bytes.toString('latin1', start, this.at))
  }
}

/** Says that something is left to `JSON.parse`. */
export function unread(): SyntaxError {
  return new SyntaxError('This is left to JSON.parse.')
}

function endsLiteral(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || isSpace(byte)
}

/** Whether an odd number of backslashes stands before a byte. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let first = at
  while (bytes[first - 1] === BACKSLASH) first -= 1
  return (at - first) % 2 === 1
}
