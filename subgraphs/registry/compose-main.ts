import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { compose } from './schemas/compose.js'
import type { ComposedSubgraph } from './schemas/composition.js'

const subgraphs = z.array(z.object({ name: z.string(), url: z.string(), sdl: z.string() })).min(1)

/**
 * Prints the supergraph of the subgraphs given: `compose-main.js fraud.graphql=http://… vision.graphql=http://…`, or
 * `[{"name", "url", "sdl"}]` on standard input. The composer's reasons go to standard error, with exit code 1.
 */
async function main(args: readonly string[]): Promise<void> {
  const given =
    args.length > 0 ? await Promise.all(args.map(readSubgraph)) : subgraphs.parse(JSON.parse(await text(process.stdin)))
  const { supergraphSdl, findings = [] } = compose(given)
  if (supergraphSdl === undefined)
    throw new Error(findings.map(({ code, message }) => `${code}: ${message}`).join('\n'))
  process.stdout.write(`${supergraphSdl.trimEnd()}\n`)
}

async function readSubgraph(argument: string): Promise<ComposedSubgraph> {
  const at = argument.indexOf('=')
  if (at < 1) throw new Error(`Expected <file>=<url>, received ${argument}.`)
  const file = argument.slice(0, at)
  return { name: basename(file, '.graphql'), url: argument.slice(at + 1), sdl: await readFile(file, 'utf8') }
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
