import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Trial, TrialRequest } from './trial.js'

/** A trial that takes longer is ended, in milliseconds. */
const LIMIT_MS = 180_000

/** A process that nothing more is tried in is ended after so long, in milliseconds. */
const IDLE_MS = 2_000

type Schedule = (action: () => void, milliseconds: number) => () => void

/**
 * Tries artifacts in processes of their own: a file that brings the runtime down, or that eats memory, takes only its
 * trial with it. A process that has found an artifact good tries the next; one that has refused an artifact is ended.
 */
export class TrialBench {
  readonly #children = new Set<ChildProcess>()
  readonly #schedule: Schedule
  #idle: ChildProcess | undefined
  #callOff = () => {}
  #closed = false

  /** `schedule` runs an action later and returns how to call it off. */
  constructor(schedule: Schedule = later) {
    this.#schedule = schedule
  }

  async try(request: TrialRequest): Promise<Trial> {
    if (this.#closed) return failed('the registry is stopping; publish again')
    const child = this.#take()
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    let trial: Trial | undefined
    try {
      trial = await answerOf(child, request)
      return trial
    } finally {
      clearTimeout(limit)
      if (trial?.signature && !this.#idle) this.#keep(child)
      else child.kill('SIGKILL')
    }
  }

  close(): void {
    this.#closed = true
    for (const child of this.#children) child.kill('SIGKILL')
  }

  #take(): ChildProcess {
    this.#callOff()
    const idle = this.#idle
    this.#idle = undefined
    return idle?.connected ? idle : this.#start()
  }

  #start(): ChildProcess {
    const child = fork(mainPath(), { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    this.#children.add(child)
    child.once('exit', () => {
      this.#children.delete(child)
      if (this.#idle === child) this.#idle = undefined
    })
    return child
  }

  #keep(child: ChildProcess): void {
    this.#idle = child
    this.#callOff = this.#schedule(() => {
      // Before it has gone: it is not to be taken any more.
      if (this.#idle === child) this.#idle = undefined
      child.kill('SIGKILL')
    }, IDLE_MS)
  }
}

function later(action: () => void, milliseconds: number): () => void {
  const timer = setTimeout(action, milliseconds).unref()
  return () => clearTimeout(timer)
}

async function answerOf(child: ChildProcess, request: TrialRequest): Promise<Trial> {
  const over = new AbortController()
  const { signal } = over
  const answered = once(child, 'message', { signal }).then(([trial]) => trial as Trial)
  const ended = once(child, 'exit', { signal }).then(([code, by]) =>
    failed(`it ended its process (${by ?? `exit code ${code}`})`),
  )
  child.send(request)
  return Promise.race([answered, ended]).finally(() => over.abort())
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
