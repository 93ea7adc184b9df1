import { parentPort } from 'node:worker_threads'
import { silenceVendorTelemetry } from '../config.js'
import { LoadedGraphs } from './loaded-graphs.js'
import type { AnswerMessage, CallMessage, PlannerAnswers, PlannerCall } from './protocol.js'

silenceVendorTelemetry()
const graphs = new LoadedGraphs()

parentPort!.on('message', ({ id, call }: CallMessage) => {
  answer(call).then(
    (value) => send({ id, value }),
    (error: unknown) => send({ id, failure: error instanceof Error ? error.message : String(error) }),
  )
})

async function answer(call: PlannerCall): Promise<PlannerAnswers[keyof PlannerAnswers]> {
  switch (call.method) {
    case 'load':
      return graphs.load(call.graph, call.sdl)
    case 'plan':
      return graphs.plan(call.graph, call.query, call.operationName)
    case 'unload':
      return graphs.unload(call.graph)
  }
}

function send(message: AnswerMessage): void {
  parentPort!.postMessage(message)
}
