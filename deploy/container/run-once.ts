import { ConfigError } from '../../shared/config/read.js'
import { StartFailure } from '../launcher/start-failure.js'

/** The life of a container that does one thing: exit code 0, or one sentence and exit code 1. */
export async function runOnce(work: (say: (line: string) => void) => Promise<void>): Promise<void> {
  try {
    await work((line) => void process.stdout.write(`${line}\n`))
  } catch (error) {
    if (!(error instanceof StartFailure || error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
