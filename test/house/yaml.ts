/** What a YAML document of the kind we write holds. */
export type Yaml = string | Yaml[] | { [key: string]: Yaml }

interface Line {
  readonly indent: number
  readonly text: string
}

/**
 * Reads the part of YAML that docker-compose.yml is written in: maps and lists by indentation, plain and double-quoted
 * scalars (all of them strings here), lists in JSON, anchors (`key: &name`, `key: *name`) and merges (`<<: *name`).
 * Throws for anything else.
 */
export function parseYaml(text: string): Yaml {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    .map((line) => ({ indent: line.length - line.trimStart().length, text: line.trim() }))
  return new Reader(lines).block(0)
}

class Reader {
  readonly #lines: readonly Line[]
  readonly #anchors = new Map<string, Yaml>()
  #at = 0

  constructor(lines: readonly Line[]) {
    this.#lines = lines
  }

  block(indent: number): Yaml {
    return this.#lines[this.#at]?.text.startsWith('- ') ? this.#list(indent) : this.#map(indent)
  }

  #list(indent: number): Yaml[] {
    const items: Yaml[] = []
    for (let line = this.#next(indent); line; line = this.#next(indent)) items.push(this.#item(line))
    return items
  }

  /** `- scalar`, or `- key: value` with further keys below it. */
  #item({ indent, text }: Line): Yaml {
    const content = text.slice(2)
    if (!/^[\w-]+: /.test(content)) return this.#value(content, indent)
    const [key = '', value = ''] = content.split(/: (.*)/)
    const more = this.#lines[this.#at]?.indent === indent + 2 ? (this.#map(indent + 2) as object) : {}
    return { [key]: this.#value(value, indent), ...more }
  }

  #map(indent: number): Yaml {
    const map: { [key: string]: Yaml } = {}
    for (let line = this.#next(indent); line; line = this.#next(indent)) {
      const [, key, value] = /^([\w./<-]+):(?: (.*))?$/.exec(line.text) ?? []
      if (key === undefined) throw new SyntaxError(`This is no key: ${line.text}`)
      if (key === '<<') Object.assign(map, this.#value(value ?? '', indent))
      else map[key] = this.#value(value ?? '', indent)
    }
    return map
  }

  #value(text: string, indent: number): Yaml {
    const [, anchor, rest = ''] = /^(?:&(\w+) ?)?(.*)$/.exec(text) ?? []
    const value = rest === '' ? this.#below(indent) : this.#scalar(rest)
    if (anchor) this.#anchors.set(anchor, value)
    return value
  }

  #below(indent: number): Yaml {
    const next = this.#lines[this.#at]
    return next && next.indent > indent ? this.block(next.indent) : ''
  }

  #scalar(text: string): Yaml {
    if (text.startsWith('*')) {
      const value = this.#anchors.get(text.slice(1))
      if (value === undefined) throw new SyntaxError(`There is no anchor ${text}`)
      return value
    }
    return /^["[]/.test(text) ? JSON.parse(text) : text
  }

  /** The next line when it stands at this indentation. */
  #next(indent: number): Line | undefined {
    const line = this.#lines[this.#at]
    if (line?.indent !== indent) return undefined
    this.#at++
    return line
  }
}
