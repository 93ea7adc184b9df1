import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export interface ComposedSubgraph {
  readonly name: string
  readonly url: string
  readonly sdl: string
}

/** The supergraph of these subgraphs, by the registry's composer in a process of its own. Fails with the composer's reasons. */
export async function compose(subgraphs: readonly ComposedSubgraph[]): Promise<string> {
  const child = spawn(process.execPath, ['dist/subgraphs/registry/compose-main.js'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {},
  })
  child.stdin.end(JSON.stringify(subgraphs))
  const [supergraph, reasons] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (!supergraph) throw new Error(`The benchmark's subgraphs do not compose: ${reasons}`)
  return supergraph
}
