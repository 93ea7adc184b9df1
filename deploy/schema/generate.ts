import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Contract } from '../../shared/contract/declaration.js'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'

/** Every subgraph, and the address it has when nothing else is set. */
const DEFAULT_URLS: Readonly<Record<string, string>> = {
  registry: 'http://127.0.0.1:4001/graphql',
  patients: 'http://127.0.0.1:4002/graphql',
  diagnostics: 'http://127.0.0.1:4003/graphql',
  vision: 'http://127.0.0.1:4004/graphql',
  fraud: 'http://127.0.0.1:4005/graphql',
}

interface Description {
  readonly name: string
  readonly sdl: string
  readonly contracts?: readonly Contract[]
}

/**
 * What schema/ should hold, by path in it: the SDL and the contracts that each subgraph describes itself with, and the
 * supergraph they compose to. Runs the compiled processes.
 */
export async function generateSchema(): Promise<ReadonlyMap<string, string>> {
  const descriptions = await Promise.all(Object.keys(DEFAULT_URLS).map(describe))
  const files = descriptions.flatMap(({ name, sdl, contracts = [] }): [string, string][] => [
    [`${name}.graphql`, ended(sdl)],
    ...(name === 'registry' ? [] : [contractsFile(name, contracts)]),
  ])
  return new Map([...files, ['supergraph.graphql', ended(await compose(descriptions))]])
}

function contractsFile(name: string, contracts: readonly Contract[]): [string, string] {
  return [`contracts/${name}.json`, ended(JSON.stringify(contracts, undefined, 2))]
}

async function describe(name: string): Promise<Description> {
  return JSON.parse(await outputOf(`subgraphs/${name}/main.js`, ['--describe'])) as Description
}

function compose(descriptions: readonly Description[]): Promise<string> {
  const subgraphs = descriptions.map(({ name, sdl }) => ({ name, url: DEFAULT_URLS[name], sdl }))
  return outputOf('subgraphs/registry/compose-main.js', [], JSON.stringify(subgraphs))
}

async function outputOf(script: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist', script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
  })
  child.stdin.end(input)
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with exit code ${code}`)
  return output
}

function ended(content: string): string {
  return `${content.trimEnd()}\n`
}
