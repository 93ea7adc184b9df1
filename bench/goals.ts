import type { Row } from './series.js'

/** What the project has promised of a figure. */
interface Goal {
  readonly what: string
  readonly bound: '≥' | '≤'
  readonly goal: number
  /** Undefined when the rows it takes were not measured, or the system does not tell. */
  readonly figure: (rows: Rows) => number | undefined
}

const GOALS: readonly Goal[] = [
  {
    what: '`batcher` at 32 callers, rows a second, of `offline`',
    bound: '≥',
    goal: 0.8,
    figure: (rows) => rows.ratio('rps', ['batcher', 32], ['offline', 1]),
  },
  {
    what: '`batcher` p50 at one caller, of `bare-run`',
    bound: '≤',
    goal: 1.3,
    figure: (rows) => rows.ratio('p50Ms', ['batcher', 1], ['bare-run', 1]),
  },
  {
    what: '`gateway` at 32 connections, requests a second, of `bare`',
    bound: '≥',
    goal: 0.6,
    figure: (rows) => rows.ratio('rps', ['gateway', 32], ['bare', 32]),
  },
  {
    what: '`gateway-log` at 32 connections, requests a second, of `bare`',
    bound: '≥',
    goal: 0.6,
    figure: (rows) => rows.ratio('rps', ['gateway-log', 32], ['bare', 32]),
  },
  {
    what: '`gateway` p99 at 32 connections, of `bare`',
    bound: '≤',
    goal: 3,
    figure: (rows) => rows.ratio('p99Ms', ['gateway', 32], ['bare', 32]),
  },
  {
    what: '`subgraph` at 32 connections, requests a second, of `bare`',
    bound: '≥',
    goal: 1,
    figure: (rows) => rows.ratio('rps', ['subgraph', 32], ['bare', 32]),
  },
  {
    what: '`columns-1000`, rows a second, of `bare-columns`',
    bound: '≥',
    goal: 0.5,
    figure: (rows) => rows.ratio('rps', ['columns-1000', 2], ['bare-columns', 2]),
  },
  {
    what: '`columns-1000`, CPU a row, of `rows-1000`',
    bound: '≤',
    goal: 0.2,
    figure: (rows) => rows.ratio('cpuUsPerOp', ['columns-1000', 2], ['rows-1000', 2]),
  },
  {
    what: '`open-gateway` p50, of `open-bare`',
    bound: '≤',
    goal: 2,
    figure: (rows) => rows.ratio('p50Ms', ['open-gateway', 0], ['open-bare', 0]),
  },
  {
    what: '`open-gateway` p99, of `open-bare`',
    bound: '≤',
    goal: 2,
    figure: (rows) => rows.ratio('p99Ms', ['open-gateway', 0], ['open-bare', 0]),
  },
  {
    what: '`gateway-list`, CPU of the gateway a request, of `stock-gateway`',
    bound: '≤',
    goal: 0.2,
    figure: (rows) => rows.ratio('cpuUsPerOp', ['gateway-list', 32], ['stock-gateway', 32]),
  },
  {
    what: '`gateway-list`, CPU of the gateway a request, of `hive-rust`',
    bound: '≤',
    goal: 0.5,
    figure: (rows) => rows.ratio('cpuUsPerOp', ['gateway-list', 32], ['hive-rust', 32]),
  },
  {
    what: '`provenance`, questions to the registry for each operation whose versions are known',
    bound: '≤',
    goal: 0,
    figure: (rows) => rows.extra('provenance', 'registryCallsWhenKnown'),
  },
  ...overloadGoals('model'),
  ...overloadGoals('gateway'),
  {
    what: '`swap`, failed requests',
    bound: '≤',
    goal: 0,
    figure: (rows) => rows.extra('swap', 'failed'),
  },
  {
    what: '`swap`, longest pause of the main thread, in milliseconds',
    bound: '≤',
    goal: 60,
    figure: (rows) => rows.extra('swap', 'pauseMs'),
  },
  {
    what: '`log-on`, requests a second, of `log-off`',
    bound: '≥',
    goal: 0.95,
    figure: (rows) => rows.ratio('rps', ['log-on', 32], ['log-off', 32]),
  },
]

/** What is promised for twice the capacity, of what has too much to do. */
function overloadGoals(name: 'model' | 'gateway'): readonly Goal[] {
  const overload = `overload-${name}`
  return [
    {
      what: `\`${overload}\`, share of requests refused: less was no overload`,
      bound: '≥',
      goal: 0.05,
      figure: (rows) => rows.extra(overload, 'refusedShare'),
    },
    {
      what: `\`${overload}\`, p99 of what is accepted, of \`capacity-${name}\``,
      bound: '≤',
      goal: 2,
      figure: (rows) => rows.ratio('p99Ms', [overload, 0], [`capacity-${name}`, 0]),
    },
    {
      what: `\`${overload}\`, p99 of refusals, in milliseconds`,
      bound: '≤',
      goal: 10,
      figure: (rows) => rows.extra(overload, 'refusedP99Ms'),
    },
    {
      what: `\`${overload}\`, share of mission-critical requests answered`,
      bound: '≥',
      goal: 0.99,
      figure: (rows) => rows.extra(overload, 'criticalAcceptedShare'),
    },
    {
      what: `\`${overload}\`, memory after it, of that before`,
      bound: '≤',
      goal: 1.1,
      figure: (rows) => rows.extra(overload, 'memoryRatio'),
    },
  ]
}

/** Each goal beside its figure, as Markdown; those whose rows were not measured are left out. */
export function goalTableOf(measured: readonly Row[]): string {
  const rows = new Rows(measured)
  const lines = GOALS.map((goal) => ({ ...goal, value: goal.figure(rows) }))
    .filter(({ value }) => value !== undefined)
    .map(({ what, bound, goal, value }) => [what, `${bound} ${goal}`, shown(value!), verdict(bound, goal, value!)])
  const head = ['figure', 'goal', 'this run', '']
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Two digits, or as many more as it takes to tell it from 1 or 0. */
function shown(value: number): string {
  const digits = Math.max(2, Math.ceil(-Math.log10(Math.min(Math.abs(value - 1), Math.abs(value)) || 1)))
  return value.toFixed(Math.min(digits, 4))
}

function verdict(bound: '≥' | '≤', goal: number, value: number): string {
  return (bound === '≥' ? value >= goal : value <= goal) ? 'met' : '**missed**'
}

type RowKey = readonly [name: string, concurrency: number]

class Rows {
  constructor(private readonly rows: readonly Row[]) {}

  /** One row's figure over another's. */
  ratio(figure: 'rps' | 'p50Ms' | 'p99Ms' | 'cpuUsPerOp', of: RowKey, to: RowKey): number | undefined {
    const [over, under] = [this.row(of)?.[figure], this.row(to)?.[figure]]
    return over == null || under == null ? undefined : over / under
  }

  /** What only this row tells. */
  extra(name: string, figure: string): number | undefined {
    return this.rows.find((row) => row.name === name)?.extra?.[figure]
  }

  private row([name, concurrency]: RowKey): Row | undefined {
    return this.rows.find((row) => row.name === name && row.concurrency === concurrency)
  }
}
