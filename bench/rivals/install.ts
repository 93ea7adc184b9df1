import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const SOURCE = 'bench/rivals'
const FOLDER = '.modelgraph/bench-rivals'
const FILES = ['package.json', 'package-lock.json', 'stock.mjs']
/** Holds the lock file that was installed, once all of it was. */
const INSTALLED = 'installed.json'

/**
 * Installs the gateways of others into a folder of their own, unless they are there, and answers the folder. Fails with what
 * npm says.
 */
export async function installRivals(say: (line: string) => void): Promise<string> {
  mkdirSync(FOLDER, { recursive: true })
  for (const file of FILES) copyFileSync(join(SOURCE, file), join(FOLDER, file))
  const lock = readFileSync(join(SOURCE, 'package-lock.json'), 'utf8')
  const installed = join(FOLDER, INSTALLED)
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return FOLDER
  say('Installing the gateways of others (700 MB) …')
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    maxBuffer: 10_000_000,
  })
  writeFileSync(installed, lock)
  return FOLDER
}
