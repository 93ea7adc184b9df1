import { randomBytes } from 'node:crypto'
import type { Environment } from './environment.js'

/**
 * Makes this process the only server of a data folder, or throws one sentence.
 *
 * lmdb's table of readers holds each process that has the folder open, checked by locks the kernel drops when a
 * process dies; its write lock lets one process at a time decide. So a dead owner never blocks and two living never share.
 */
export function claimOwnership(env: Environment, folder: string): void {
  env.catalogue.get(OWNER) // enters this process into the table of readers before it looks at the others
  env.durably(() => {
    env.root.readerCheck()
    const owner = env.catalogue.get(OWNER)?.readUInt32BE(0)
    if (owner !== undefined && owner !== process.pid && livingReaders(env).has(owner)) {
      throw new Error(
        `the embedded store in ${folder} is already served by process ${owner}; stop it or choose another MODELGRAPH_DATA`,
      )
    }
    env.catalogue.putSync(OWNER, claim())
  })
}

const OWNER = Buffer.from('owner')

function claim(): Buffer {
  const record = Buffer.alloc(12)
  record.writeUInt32BE(process.pid, 0)
  return Buffer.concat([record.subarray(0, 4), randomBytes(8)])
}

/** Process ids from lines of `pid thread txnid`. */
function livingReaders(env: Environment): Set<number> {
  const lines = env.root.readerList().split('\n')
  return new Set(lines.map((line) => Number(line.trim().split(/\s+/)[0])).filter((pid) => pid > 0))
}
