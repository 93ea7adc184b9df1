import { Pool } from 'undici'

/** Connections to one origin. */
const CONNECTIONS = 128

/** An answer larger than this is not one of ours, in bytes. */
export const MAX_RESPONSE_BYTES = 256_000_000

/** One pool of connections per origin, shared by all supergraph versions that call it. */
export class Pools {
  private readonly pools = new Map<string, Pool>()

  for(origin: string): Pool {
    const known = this.pools.get(origin)
    if (known) return known
    const pool = new Pool(origin, { connections: CONNECTIONS, maxResponseSize: MAX_RESPONSE_BYTES })
    this.pools.set(origin, pool)
    return pool
  }

  /** Closes the pools of all other origins, after their last call. */
  async keepOnly(origins: ReadonlySet<string>): Promise<void> {
    const unused = [...this.pools].filter(([origin]) => !origins.has(origin))
    for (const [origin] of unused) this.pools.delete(origin)
    await Promise.all(unused.map(([, pool]) => pool.close()))
  }

  async close(): Promise<void> {
    const pools = [...this.pools.values()]
    this.pools.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
  }
}
