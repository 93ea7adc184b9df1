import { type ChildProcess, fork } from 'node:child_process'
import { pathToFileURL } from 'node:url'

/** A measured process: where it listens and whose CPU time to count. */
export interface MeasuredProcess {
  readonly url: URL
  readonly pid: number
  close(): Promise<void>
}

/** One of ours, which can be asked over IPC. */
export interface ForkedProcess extends MeasuredProcess {
  /** Sends a message and answers the next one of its name. */
  ask<Answer extends { readonly type: string }>(message: Answer['type']): Promise<Answer>
}

/** Forks a compiled entry that reports `{ type: 'ready', url }` over IPC. */
export function startMeasured(
  entry: string,
  options: {
    readonly args?: readonly string[]
    readonly env?: NodeJS.ProcessEnv
    /** Modules that it loads before its own. */
    readonly imports?: readonly string[]
  } = {},
): Promise<ForkedProcess> {
  return new Promise((resolve, reject) => {
    const execArgv = (options.imports ?? []).flatMap((file) => ['--import', pathToFileURL(file).href])
    const { env } = options
    const child = fork(entry, options.args, { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.once('exit', (code) => reject(new Error(`${entry} ended with ${code} before it was ready.`)))
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') resolve({ url: new URL(message.url!), ...handleOf(child) })
    })
  })
}

function handleOf(child: ChildProcess): Omit<ForkedProcess, 'url'> {
  return {
    pid: child.pid!,
    close: () => ended(child),
    ask: (type) =>
      new Promise((resolve) => {
        const take = (message: unknown) => {
          if ((message as { type?: string }).type !== type) return
          child.off('message', take)
          resolve(message as never)
        }
        child.on('message', take)
        child.send(type)
      }),
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
