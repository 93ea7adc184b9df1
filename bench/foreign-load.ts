import { readdirSync, readFileSync } from 'node:fs'

/** A reading of the machine's CPU time: all of it, and the part that this process and its descendants used. */
interface Reading {
  readonly at: number
  readonly machineTicks: number
  readonly ownTicks: number
}

const TICKS_PER_SECOND = 100

/**
 * Starts watching what the rest of the machine does; the function returned answers, in cores, how busy others were
 * meanwhile. Answers 0 where /proc does not exist.
 */
export function watchForeignLoad(): () => number {
  const before = read()
  return () => {
    const after = read()
    if (!before || !after) return 0
    const foreign = after.machineTicks - before.machineTicks - (after.ownTicks - before.ownTicks)
    return Math.max(0, foreign / TICKS_PER_SECOND / ((after.at - before.at) / 1_000))
  }
}

function read(): Reading | undefined {
  try {
    return { at: performance.now(), machineTicks: machineTicks(), ownTicks: ownTicks() }
  } catch {
    return undefined
  }
}

/** Ticks that were neither idle nor waiting for a disk: proc_stat(5), the line `cpu` without its fields 4 and 5. */
function machineTicks(): number {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.trim().split(/ +/).slice(1, 9).map(Number)
  return fields.reduce((sum, ticks, index) => (index === 3 || index === 4 ? sum : sum + ticks), 0)
}

function ownTicks(): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(processOf)
  const own = new Set([process.pid])
  // A parent is older than its children, and so are, wrap-around aside, their ids.
  for (const { pid, parent } of processes.sort((a, b) => a.pid - b.pid)) if (own.has(parent)) own.add(pid)
  return processes.reduce((sum, { pid, ticks }) => (own.has(pid) ? sum + ticks : sum), 0)
}

/** Nothing for a process that has ended between the listing and the look. */
function processOf(name: string): { pid: number; parent: number; ticks: number }[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [{ pid: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }]
  } catch {
    return []
  }
}
