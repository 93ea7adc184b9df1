import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Trial, TrialRequest } from './trial.js'

/** A trial that takes longer is ended, in milliseconds. */
const LIMIT_MS = 180_000

/**
 * Tries artifacts, each in a process of its own: a file that brings the runtime down, or that eats memory, takes only
 * its trial with it.
 */
export class TrialBench {
  readonly #children = new Set<ChildProcess>()
  #closed = false

  async try(request: TrialRequest): Promise<Trial> {
    if (this.#closed) return failed('the registry is stopping; publish again')
    const child = fork(mainPath(), { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    this.#children.add(child)
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    try {
      return await answerOf(child, request)
    } finally {
      clearTimeout(limit)
      child.kill('SIGKILL')
      this.#children.delete(child)
    }
  }

  close(): void {
    this.#closed = true
    for (const child of this.#children) child.kill('SIGKILL')
  }
}

function answerOf(child: ChildProcess, request: TrialRequest): Promise<Trial> {
  return new Promise((resolve, reject) => {
    child.once('message', (trial) => resolve(trial as Trial))
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(failed(`it ended its process (${signal ?? `exit code ${code}`})`)))
    child.send(request, (error) => error && reject(error))
  })
}

function failed(reason: string): Trial {
  return { findings: [{ code: 'INVALID_ARTIFACT', message: `The artifact could not be tried: ${reason}.` }] }
}

/** Processes run compiled code; when this module is TypeScript itself, its twin under dist/ is meant. */
function mainPath(): string {
  const beside = fileURLToPath(new URL('./trial-main.js', import.meta.url))
  if (existsSync(beside)) return beside
  return fileURLToPath(new URL('../../../dist/subgraphs/registry/publishing/trial-main.js', import.meta.url))
}
