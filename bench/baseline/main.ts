import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/**
 * The script that this platform replaces, as a team would write it: node:http, JSON in and out, one ONNX run per
 * request, no batching, no checks. `bare` in the benchmark's figures. `POST /` takes one row, `{feature: number}`;
 * `POST /columns` takes many as one list of numbers for each feature, which is `bare-columns`.
 *
 * Usage: `node dist/bench/baseline/main.js <model.onnx> <feature>…`; features in the order of the tensor's columns.
 */
const [modelPath, ...features] = process.argv.slice(2)
const session = await InferenceSession.create(modelPath!, { intraOpNumThreads: 1, graphOptimizationLevel: 'all' })

const server = createServer(async (request, response) => {
  const input: unknown = JSON.parse(await bodyOf(request))
  if (request.url === '/columns') send(response, { probability: await columns(input as Record<string, number[]>) })
  else send(response, { probability: await row(input as Record<string, number>) })
})

async function row(input: Readonly<Record<string, number>>): Promise<number> {
  const values = Float32Array.from(features, (feature) => input[feature]!)
  return (await probabilities(values, 1))[1]!
}

async function columns(input: Readonly<Record<string, readonly number[]>>): Promise<number[]> {
  const count = input[features[0]!]!.length
  const values = new Float32Array(count * features.length)
  for (const [at, feature] of features.entries()) {
    const column = input[feature]!
    for (let index = 0; index < count; index++) values[index * features.length + at] = column[index]!
  }
  const both = await probabilities(values, count)
  return Array.from({ length: count }, (_, index) => both[2 * index + 1]!)
}

/** Of both classes, one row after the other. */
async function probabilities(values: Float32Array, rows: number): Promise<Float32Array> {
  const outputs = await session.run({ features: new Tensor('float32', values, [rows, features.length]) }, [
    'probabilities',
  ])
  return outputs.probabilities!.data as Float32Array
}

function send(response: ServerResponse, answer: unknown): void {
  const body = JSON.stringify(answer)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
}

server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` })
})
process.on('disconnect', () => process.exit(0))

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
