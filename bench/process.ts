import { type ChildProcess, fork } from 'node:child_process'

/** A measured process: where it listens and whose CPU time to count. */
export interface MeasuredProcess {
  readonly url: URL
  readonly pid: number
  close(): Promise<void>
}

/** Forks a compiled entry that reports `{ type: 'ready', url }` over IPC. */
export function startMeasured(
  entry: string,
  options: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<MeasuredProcess> {
  return new Promise((resolve, reject) => {
    const child = fork(entry, options.args, { env: options.env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.once('exit', (code) => reject(new Error(`${entry} ended with ${code} before it was ready.`)))
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') resolve({ url: new URL(message.url!), pid: child.pid!, close: () => ended(child) })
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
