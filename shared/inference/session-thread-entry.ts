import { parentPort } from 'node:worker_threads'
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

async function answer(call: SessionCall): Promise<SessionAnswers[SessionCall['method']]> {
  switch (call.method) {
    case 'open': {
      const opening = openSession(call.path, call.options)
      sessions.set(call.key, opening)
      return (await opening).signature
    }
    case 'run': {
      const session = await sessions.get(call.key)!
      const { outputs, micros } = await session.run(headRows(call.inputs, call.rows))
      return { outputs, inputs: call.inputs, micros }
    }
    case 'close': {
      const session = sessions.get(call.key)?.catch(() => undefined)
      sessions.delete(call.key)
      await (await session)?.close()
      return undefined
    }
  }
}

function runBuffers(run: ThreadRun): ArrayBuffer[] {
  return [...transferables(run.inputs), ...transferables(run.outputs)]
}

function post(message: AnswerMessage, transfer: ArrayBuffer[]): void {
  port.postMessage(message, transfer)
}
