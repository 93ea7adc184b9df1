import { parseArgs } from 'node:util'

/** What can be measured by itself, in the order of a whole run. */
export const GROUP_NAMES = [
  'batcher',
  'http',
  'columns',
  'open',
  'rivals',
  'log',
  'provenance',
  'overload',
  'swap',
] as const

export type GroupName = (typeof GROUP_NAMES)[number]

export interface BenchArguments {
  /** Where to write the figures as JSON. */
  readonly json: string | undefined
  /** Rewrite docs/benchmarks.md. */
  readonly docs: boolean
  /** Measures these and nothing else. */
  readonly only: readonly GroupName[]
  readonly rounds: number
  readonly milliseconds: number
  /** How often a sample is taken, at most, while other programs disturb it. */
  readonly attempts: number
  /** How long the overload lasts. */
  readonly overloadSeconds: number
}

/**
 * `npm run bench -- [--json FILE] [--docs] [--only GROUP,…] [--rounds 5] [--milliseconds 1500] [--attempts 8]
 * [--overload-seconds 30]`. Throws a sentence for anything else.
 */
export function benchArguments(argv: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'string' },
      only: { type: 'string', default: GROUP_NAMES.join() },
      docs: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      milliseconds: { type: 'string', default: '1500' },
      attempts: { type: 'string', default: '8' },
      'overload-seconds': { type: 'string', default: '30' },
    },
  })
  const only = values.only.split(',').map(groupName)
  if (values.docs && only.length < GROUP_NAMES.length) throw new Error('--docs takes a whole run, without --only.')
  return {
    json: values.json,
    docs: values.docs,
    only: GROUP_NAMES.filter((name) => only.includes(name)),
    rounds: positive('--rounds', values.rounds),
    milliseconds: positive('--milliseconds', values.milliseconds),
    attempts: positive('--attempts', values.attempts),
    overloadSeconds: positive('--overload-seconds', values['overload-seconds']),
  }
}

function groupName(text: string): GroupName {
  const found = GROUP_NAMES.find((name) => name === text)
  if (!found) throw new Error(`--only takes ${GROUP_NAMES.join(', ')}, separated by commas, got ${text}.`)
  return found
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} takes a whole number of at least 1, got ${text}.`)
  return value
}
