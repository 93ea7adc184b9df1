import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/**
 * The script that this platform replaces, as a team would write it: node:http, JSON in and out, one ONNX run per
 * request, no batching, no checks. `bare` in the benchmark's figures.
 *
 * Usage: `node dist/bench/baseline/main.js <model.onnx> <feature>…`; features in the order of the tensor's columns.
 */
const [modelPath, ...features] = process.argv.slice(2)
const session = await InferenceSession.create(modelPath!, { intraOpNumThreads: 1, graphOptimizationLevel: 'all' })

const server = createServer(async (request, response) => {
  const input = JSON.parse(await bodyOf(request)) as Record<string, number>
  const row = Float32Array.from(features, (feature) => input[feature]!)
  const outputs = await session.run({ features: new Tensor('float32', row, [1, features.length]) }, ['probabilities'])
  const body = JSON.stringify({ probability: outputs.probabilities!.data[1] })
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
})

server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` })
})
process.on('disconnect', () => process.exit(0))

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
