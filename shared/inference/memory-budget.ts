import type { Version } from './version.js'

/**
 * The versions to evict so that the loaded ones fit the budget: least recently used first, never the newcomer, and never
 * one with rows that wait or run. Where that isn't enough the budget is exceeded rather than a request refused.
 */
export function makeRoom(versions: readonly Version[], newcomer: Version, budgetBytes: number): Version[] {
  let excess = versions.reduce((sum, version) => sum + version.memoryBytes, 0) - budgetBytes
  const evicted: Version[] = []
  for (const version of versions.filter(isEvictable).sort((a, b) => a.lastUsed - b.lastUsed)) {
    if (excess <= 0) break
    if (version === newcomer) continue
    excess -= version.memoryBytes
    evicted.push(version)
  }
  return evicted
}

function isEvictable(version: Version): boolean {
  return version.state === 'READY' && version.batcher.isIdle
}
