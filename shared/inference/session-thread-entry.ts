import { parentPort } from 'node:worker_threads'
import type { Signature } from '../tensor/signature.js'
import { openSession, type Session, UnsupportedTensorError } from './session.js'
import {
  type AnswerMessage,
  type CallMessage,
  LEAVE,
  type SessionAnswers,
  type SessionCall,
  type ThreadRun,
} from './session-protocol.js'
import { headRows, transferables } from './tensor-set.js'

const sessions = new Map<string, Promise<Session>>()
const port = parentPort!

port.on('message', (message: CallMessage | typeof LEAVE) => {
  if (message === LEAVE) port.close()
  else void handle(message)
})

async function handle({ id, call }: CallMessage): Promise<void> {
  try {
    const value = await answer(call)
    post({ id, value }, call.method === 'run' ? runBuffers(value as ThreadRun) : [])
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    post({ id, failure: { message, unsupported: error instanceof UnsupportedTensorError } }, [])
  }
}

function answer(call: SessionCall): Promise<SessionAnswers[SessionCall['method']]> {
  switch (call.method) {
    case 'open':
      return open(call)
    case 'run':
      return run(call)
    case 'close':
      return close(call)
  }
}

async function open({ key, path, options }: SessionCall & { method: 'open' }): Promise<Signature> {
  const opening = openSession(path, options)
  sessions.set(key, opening)
  return (await opening).signature
}

async function run({ key, inputs, rows }: SessionCall & { method: 'run' }): Promise<ThreadRun> {
  const session = await sessions.get(key)!
  const { outputs, micros } = await session.run(headRows(inputs, rows))
  return { outputs, inputs, micros }
}

async function close({ key }: SessionCall & { method: 'close' }): Promise<undefined> {
  const session = sessions.get(key)?.catch(() => undefined)
  sessions.delete(key)
  await (await session)?.close()
}

function runBuffers(run: ThreadRun): ArrayBuffer[] {
  return [...transferables(run.inputs), ...transferables(run.outputs)]
}

function post(message: AnswerMessage, transfer: ArrayBuffer[]): void {
  port.postMessage(message, transfer)
}
