import { readFileSync } from 'node:fs'

/** Ticks a second in /proc/<pid>/stat on every Linux that Node supports. */
const TICKS_PER_SECOND = 100

/**
 * CPU time these processes have used so far, user and system, in microseconds; undefined where /proc does not exist.
 * Field numbers: proc_pid_stat(5), utime 14 and stime 15.
 */
export function cpuMicros(pids: readonly number[]): number | undefined {
  try {
    return pids.reduce((sum, pid) => sum + ticks(pid), 0) * (1e6 / TICKS_PER_SECOND)
  } catch {
    return undefined
  }
}

/** A process and those that it has started itself, by their ids; itself alone where /proc does not tell. */
export function withChildren(pid: number): number[] {
  try {
    return [pid, ...(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? []).map(Number)]
  } catch {
    return [pid]
  }
}

function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
