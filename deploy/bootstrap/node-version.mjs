import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from './failure.mjs'

/** Refuses a Node older than package.json asks for (`engines.node`, of the form `>=20.19`). */
export function requireNode(root, running) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wanted = engines.node.replace('>=', '')
  if (isOlder(running, wanted)) {
    throw new Failure(
      `Modelgraph needs Node ${wanted} or later and this is ${running}; install a newer one from https://nodejs.org and try again.`,
    )
  }
}

function isOlder(running, wanted) {
  const [major, minor] = running.split('.').map(Number)
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number)
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor)
}
