import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import type { Clock } from './clock.js'

/** A process of ours that runs: its IPC channel is what ends it when the launcher is killed. */
export interface Child {
  readonly pid: number | undefined
  /** Where it listens, once it says so. Rejects with its last words when it ends first. */
  readonly ready: Promise<string>
  /** How it ended, in words. */
  readonly ended: Promise<string>
  signal(name: NodeJS.Signals): void
}

export interface ChildOptions {
  /** Compiled main file. */
  readonly script: string
  /** All it sees of the environment. */
  readonly env: Readonly<Record<string, string>>
  /** File that takes its standard output and error. */
  readonly log: string
}

/**
 * What a request leaves behind is garbage at once: with twice the usual room for young objects, in MiB, it is looked for
 * half as often. The image sets the same.
 */
const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=32']

const LARGEST_LOG_BYTES = 16 * 1024 * 1024

/**
 * Starts a main file that answers `{ type: 'ready', url }` over IPC. It leads a process group of its own, so that a
 * Ctrl-C in the terminal reaches only the launcher, which then stops everything in order.
 */
export function startChild(options: ChildOptions): Child {
  const log = openLog(options.log)
  const child = fork(options.script, [], {
    env: { ...options.env },
    execArgv: NODE_OPTIONS,
    stdio: ['ignore', log.file, log.file, 'ipc'],
    detached: process.platform !== 'win32',
  })
  closeSync(log.file)
  const ended = endOf(child)
  return {
    pid: child.pid,
    ready: readyUrl(child, ended, () => lastWords(options.log, log.size)),
    ended,
    signal: (name) => void child.kill(name),
  }
}

/** Resolves with true when the promise settles within `ms`, else with false. */
export async function settledWithin(promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const cancel = new AbortController()
  const settled = promise.then(
    () => true,
    () => true,
  )
  const result = await Promise.race([settled, clock.sleep(ms, cancel.signal).then(() => false)])
  cancel.abort()
  return result
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`))
  })
}

function readyUrl(child: ChildProcess, ended: Promise<string>, reason: () => string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { type?: unknown; url?: unknown } | undefined) => {
      if (message?.type === 'ready') resolve(String(message.url))
    })
    void ended.then((how) => reject(new Error(reason() ?? `It ended at once (${how}).`)))
  })
}

/** Begins a new file when the old one is large; the size tells where this run begins. */
function openLog(path: string): { file: number; size: number } {
  const size = existsSync(path) ? statSync(path).size : 0
  if (size <= LARGEST_LOG_BYTES) return { file: openSync(path, 'a', 0o600), size }
  renameSync(path, `${path}.1`)
  return { file: openSync(path, 'a', 0o600), size: 0 }
}

/** What was written last since `from`, without the stack of a crash: the reason of a process that could not start. */
function lastWords(log: string, from: number): string | undefined {
  const lines = readFileSync(log).subarray(from).toString('utf8').trim().split('\n')
  const line = lines.findLast((text) => /^\w*Error\b/.test(text)) ?? lines.at(-1)
  return line ? textOf(line) : undefined
}

function textOf(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } }
    return [msg, err?.message].filter(Boolean).join(': ') || line
  } catch {
    return line
  }
}
