import { readFileSync } from 'node:fs'

/** Memory that a process has resident, in MB; undefined where /proc does not exist. */
export function residentMb(pid: number): number | undefined {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_000
  } catch {
    return undefined
  }
}
