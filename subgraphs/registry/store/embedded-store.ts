import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storeEnvironment } from './config.js'
import { socketPathOf } from './socket-path.js'

export interface EmbeddedStoreOptions {
  /** The folder of the database; made if missing, kept for its owner alone. */
  dataFolder: string
  /** Told when the server ended by itself; it is started again after `restartInMs`. */
  onExit?: (exit: StoreExit) => void
  /** Told when the server answers again after that. */
  onRestart?: (pid: number) => void
  /** Runs an action later and returns how to call it off; the process's own timer unless a test passes another. */
  schedule?: (action: () => void, milliseconds: number) => () => void
}

export interface StoreExit {
  code: number | null
  signal: NodeJS.Signals | null
  restartInMs: number
}

export interface EmbeddedStore {
  /** Where any MongoDB driver connects. The same after a restart, so open connections recover by themselves. */
  readonly uri: string
  /** The server's process id; another one after a restart. */
  readonly pid: number
  /** Stops the server and waits until it has gone. */
  close(): Promise<void>
}

/**
 * Starts the embedded store as a supervised child process and waits until it answers.
 * Rejects with one sentence when it can't start: the folder is served already, is not ours, or can't be written.
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const supervisor = new Supervisor({ schedule: later, ...options, dataFolder: resolve(options.dataFolder) })
  await supervisor.start()
  return supervisor
}

const BACKOFF_MS = [50, 200, 1000, 5000]
const KILL_AFTER_MS = 5000

class Supervisor implements EmbeddedStore {
  uri = ''
  private child: ChildProcess | undefined
  private closing = false
  private failures = 0
  private cancelRestart: () => void = () => {}

  constructor(private readonly options: EmbeddedStoreOptions & Required<Pick<EmbeddedStoreOptions, 'schedule'>>) {}

  get pid(): number {
    return this.child?.pid ?? 0
  }

  async start(): Promise<void> {
    const child = forkServer(this.options.dataFolder)
    this.child = child
    this.uri = await readyUri(child)
    this.failures = 0
    child.once('exit', (code, signal) => this.restartLater(code, signal))
  }

  async close(): Promise<void> {
    this.closing = true
    this.cancelRestart()
    const child = this.child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((done) => child.once('exit', () => done()))
    const cancelKill = this.options.schedule(() => child.kill('SIGKILL'), KILL_AFTER_MS)
    child.kill('SIGTERM')
    await gone
    cancelKill()
  }

  private restartLater(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.closing) return
    const restartInMs = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)]!
    this.failures += 1
    this.options.onExit?.({ code, signal, restartInMs })
    this.cancelRestart = this.options.schedule(() => this.restart(), restartInMs)
  }

  private restart(): void {
    const failures = this.failures
    this.start().then(
      () => (this.closing ? void this.close() : this.options.onRestart?.(this.pid)),
      () => {
        this.failures = failures
        this.restartLater(this.child?.exitCode ?? null, this.child?.signalCode ?? null)
      },
    )
  }
}

function later(action: () => void, milliseconds: number): () => void {
  const timer = setTimeout(action, milliseconds)
  return () => clearTimeout(timer)
}

function forkServer(dataFolder: string): ChildProcess {
  const env = storeEnvironment({ dataFolder, socketPath: socketPathOf(dataFolder) })
  return fork(compiledMain(), { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

function readyUri(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let reason = ''
    child.on('message', (message: { type: string; uri?: string; message?: string }) => {
      if (message.type === 'ready') resolve(message.uri!)
      else reason = message.message ?? ''
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(reason || `the embedded store ended with exit code ${code} before it was ready`)),
    )
  })
}

/** `main.js` beside this module, or its twin under `dist` when this module runs from TypeScript source. */
function compiledMain(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const beside = join(here, 'main.js')
  return existsSync(beside) ? beside : join(here, '../../../dist/subgraphs/registry/store/main.js')
}
