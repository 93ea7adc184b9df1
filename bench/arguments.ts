import { parseArgs } from 'node:util'

export interface BenchArguments {
  /** Where to write the figures as JSON. */
  readonly json: string | undefined
  /** Rewrite docs/benchmarks.md. */
  readonly docs: boolean
  /** `log` measures what the prediction log costs, and nothing else. */
  readonly only: 'log' | undefined
  readonly rounds: number
  readonly milliseconds: number
}

/** `npm run bench -- [--json FILE] [--docs] [--only log] [--rounds 5] [--milliseconds 1500]`. Throws a sentence for anything else. */
export function benchArguments(argv: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'string' },
      only: { type: 'string' },
      docs: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      milliseconds: { type: 'string', default: '1500' },
    },
  })
  return {
    json: values.json,
    docs: values.docs,
    only: onlyLog(values.only),
    rounds: positive('--rounds', values.rounds),
    milliseconds: positive('--milliseconds', values.milliseconds),
  }
}

function onlyLog(text: string | undefined): 'log' | undefined {
  if (text === undefined || text === 'log') return text
  throw new Error(`--only takes log, got ${text}.`)
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} takes a whole number of at least 1, got ${text}.`)
  return value
}
