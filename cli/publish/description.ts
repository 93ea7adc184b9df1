import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Contract } from '../../shared/contract/declaration.js'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'
import { CommandFailure } from '../failure.js'
import { readJsonFile } from './json-file.js'

const contract = z.custom<Contract>(
  (value) => typeof value === 'object' && value !== null && 'format' in value && 'model' in value,
  'expected a contract, as `main.js --describe` prints it',
)

const description = z.object({ name: z.string(), sdl: z.string().min(1), contracts: z.array(contract) })

/** What a subgraph says of itself: its SDL and the contracts of its models. */
export type Description = z.infer<typeof description>

/** Reads what `main.js --describe` printed; without a file, what schema/ holds of a subgraph of this project. */
export function readDescription(subgraph: string, file: string | undefined): Promise<Description> {
  return file ? readJsonFile(file, description) : ofThisProject(subgraph)
}

async function ofThisProject(name: string): Promise<Description> {
  const sdl = join(PROJECT_ROOT, 'schema', `${name}.graphql`)
  if (!existsSync(sdl)) {
    throw new CommandFailure(
      `Nothing in schema/ describes ${name}; run its \`main.js --describe\` into a file and name it with --describe.`,
    )
  }
  const contracts = await readJsonFile(join(PROJECT_ROOT, 'schema', 'contracts', `${name}.json`), z.array(contract))
  return { name, sdl: readFileSync(sdl, 'utf8'), contracts }
}
