import { dirname } from 'node:path'
import { build } from '../deploy/bootstrap/build.mjs'

/** Tests start real processes and worker threads, which run compiled code: the build is brought up to date first. */
export function setup() {
  return build({
    root: dirname(import.meta.dirname),
    env: process.env,
    say: (line) => process.stdout.write(`${line}\n`),
  })
}
