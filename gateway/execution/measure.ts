import { cpus } from 'node:os'
import { getOperationAST, parse } from 'graphql'
import { compileCoercion } from '../variables/coerce.js'
import { EntityCache } from './entity-cache.js'
import type { Fetch } from './execution.js'
import { startExecutors } from './testing/executors.js'

const ROUNDS = 7
const RUNS = 2_000

const CASES: readonly (readonly [string, string])[] = [
  ['one row', '{ predict(row: { amount: 12 }) { probability level servedBy { id } } }'],
  [
    'one row, taken apart',
    '{ predict(row: { amount: 12 }) { level servedBy { id } ... on Risk { probability } level_: level } }',
  ],
  ['a list of 20 x 3', '{ patients(first: 20) { id age group } }'],
  ['a list of 20 x 3, taken apart', '{ patients(first: 20) { id age group } found { ... on Ward { id } } }'],
  ['a join of two subgraphs', '{ patients(first: 20) { id score } }'],
  ['provenance of 20 rows', '{ patients(first: 20) { risk { probability servedBy { name number } } } }'],
]

/**
 * What running a plan costs besides the subgraphs, which answer at once with what they answered before: microseconds of
 * CPU an operation, with Apollo's executor, with an execution, and with an execution and a warm entity cache. The best of
 * some rounds, taken in turns.
 */
async function measure(): Promise<void> {
  process.stdout.write(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}\n`)
  const clinic = await startExecutors()
  clinic.local.answer = remembering(clinic.local.answer)
  for (const [what, query] of CASES) {
    const document = parse(query)
    const ways = await waysToRun(clinic, query, document)
    const best = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round++) {
      for (const [way, run] of ways) best.set(way, Math.min(best.get(way) ?? Infinity, await microseconds(run)))
    }
    const stock = best.get('Apollo')!
    const figures = [...best].map(([way, us]) => `${way} ${us.toFixed(1)} (${(stock / us).toFixed(1)}x)`)
    process.stdout.write(`${what}: ${figures.join(', ')} µs an operation\n`)
  }
}

type Clinic = Awaited<ReturnType<typeof startExecutors>>
type Answer = Clinic['local']['answer']

async function waysToRun(clinic: Clinic, query: string, document: ReturnType<typeof parse>) {
  const variables = compileCoercion(clinic.schema, getOperationAST(document)!)({})
  if ('errors' in variables) throw variables.errors[0]
  const plain = clinic.compile(document)
  const cached = clinic.compile(document, new EntityCache({ entries: 1_000, bytes: 1_000_000 }))
  const fetch: Fetch = clinic.local.fetch
  return [
    ['Apollo', () => clinic.runApollo(query, document, {})],
    ['execution', () => plain.run(variables.values, fetch)],
    ['execution with cache', () => cached.run(variables.values, fetch)],
  ] as const satisfies readonly (readonly [string, () => Promise<unknown>])[]
}

/** Answers again what was answered before. */
function remembering(answer: Answer): Answer {
  const known = new Map<string, Map<string, string>>()
  return async (name, query, variables) => {
    const answers = known.get(query) ?? new Map<string, string>()
    known.set(query, answers)
    const text = answers.get(variables) ?? (await answer(name, query, variables))
    answers.set(variables, text)
    return text
  }
}

async function microseconds(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let count = 0; count < RUNS; count++) await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / RUNS
}

await measure()
