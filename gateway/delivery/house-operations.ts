import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'graphql'
import { sha256Of } from './persisted-query.js'

/** Texts of the operations that tools of the house send, such as its command line, by their sha-256. */
export type HouseOperations = ReadonlyMap<string, string>

/**
 * Reads the operations of a folder, each a `.graphql` file that is sent as it stands, byte by byte. Throws when the folder
 * cannot be read, and for a file that is not GraphQL.
 */
export function readHouseOperations(folder: string): HouseOperations {
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'))
  const texts = files.map((name) => operationIn(join(folder, name)))
  return new Map(texts.map((text) => [sha256Of(text), text]))
}

function operationIn(path: string): string {
  const text = readFileSync(path, 'utf8')
  try {
    parse(text)
    return text
  } catch (cause) {
    throw new Error(`${path} is not GraphQL: ${(cause as Error).message}`, { cause })
  }
}
