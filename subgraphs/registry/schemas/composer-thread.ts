import { parentPort } from 'node:worker_threads'
import { compose } from './compose.js'
import type { ComposeAnswer, ComposeCall } from './composer.js'

parentPort?.on('message', ({ id, subgraphs }: ComposeCall) => {
  parentPort?.postMessage(answer(id, subgraphs))
})

function answer(id: number, subgraphs: ComposeCall['subgraphs']): ComposeAnswer {
  try {
    return { id, composition: compose(subgraphs) }
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) }
  }
}
