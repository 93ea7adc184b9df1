import { Worker } from 'node:worker_threads'
import { LostWorkerError } from './executor.js'
import type { Clock } from './options.js'
import { UnsupportedTensorError } from './session.js'
import { type AnswerMessage, type Failure, LEAVE, type SessionAnswers, type SessionCall } from './session-protocol.js'
import { transferables } from './tensor-set.js'

interface PendingCall {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
  readonly disarm: () => void
}

/** A worker thread that holds sessions. Calls are answered in the order they were made; all fail when the thread ends. */
export class SessionThread {
  /** Calls made and not yet answered. */
  readonly pending = new Map<number, PendingCall>()
  readonly clock: Clock
  readonly worker: Worker
  lost = false
  #calls = 0

  constructor(clock: Clock) {
    this.clock = clock
    this.worker = new Worker(entryUrl(), { name: 'session', execArgv: [], stdin: false })
    this.worker.on('message', (message: AnswerMessage) => settle(this, message))
    this.worker.on('error', (error) => lose(this, `the worker thread failed: ${error.message}`))
    this.worker.on('exit', (code) => lose(this, `the worker thread ended with code ${code}`))
  }

  /** Calls the thread; after `timeoutMs` without an answer the thread is given up, and every call under way fails. */
  call<C extends SessionCall>(call: C, timeoutMs: number): Promise<SessionAnswers[C['method']]> {
    return new Promise((resolve, reject) => {
      if (this.lost) return reject(new LostWorkerError('the worker thread has ended'))
      const id = this.#calls++
      const disarm = this.clock.after(timeoutMs, () => abandon(this, `no answer within ${timeoutMs} ms`))
      this.pending.set(id, { resolve, reject, disarm })
      this.worker.postMessage({ id, call }, call.method === 'run' ? transferables(call.inputs) : [])
    })
  }

  /** Ends the thread, without waiting for it; calls under way fail. */
  end(): void {
    abandon(this, 'the worker thread was closed')
  }
}

/** Threads run compiled code; when this module is TypeScript itself (in tests), its twin under dist/ is meant. */
function entryUrl(): URL {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist/shared/inference/' : './'
  return new URL(`${compiled}session-thread-entry.js`, import.meta.url)
}

function settle(thread: SessionThread, message: AnswerMessage): void {
  const call = thread.pending.get(message.id)
  if (call === undefined) return
  thread.pending.delete(message.id)
  call.disarm()
  if ('value' in message) call.resolve(message.value as never)
  else call.reject(asError(message.failure))
}

function asError({ unsupported, message }: Failure): Error {
  return unsupported ? new UnsupportedTensorError(message) : new Error(message)
}

/**
 * The thread is asked to leave and never terminated: the runtime aborts the whole process when its thread is stopped
 * under a run. It keeps the process alive until then, for the same reason.
 */
function abandon(thread: SessionThread, reason: string): void {
  lose(thread, reason)
  thread.worker.postMessage(LEAVE)
}

function lose(thread: SessionThread, reason: string): void {
  thread.lost = true
  const calls = [...thread.pending.values()]
  thread.pending.clear()
  for (const call of calls) {
    call.disarm()
    call.reject(new LostWorkerError(reason))
  }
}
