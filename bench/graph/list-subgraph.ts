import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { buildSchema, graphql } from 'graphql'
import { PARTS_HEADER } from '../../shared/mesh/protocol.js'
import { listen } from '../../shared/process/listen.js'
import { LIST_SDL } from './list-query.js'

/** A subgraph that is as quick as it can be, in a process of its own: `node dist/bench/graph/list-subgraph.js`. */
interface Operation {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

const schema = buildSchema(LIST_SDL)
const rootValue = {
  patients: ({ first }: { first: number }) =>
    Array.from({ length: first }, (_, row) => ({
      id: `p${row}`,
      age: 30 + row,
      diagnosis: row % 3 ? 'BENIGN' : 'MALIGNANT',
    })),
}
const answers = new Map<string, Promise<string>>()

/** Executed once and answered from memory from then on, so that the gateways before it are what is measured. */
function answerOf({ query, variables }: Operation): Promise<string> {
  const key = JSON.stringify([query, variables])
  const known = answers.get(key) ?? execute(query, variables)
  answers.set(key, known)
  return known
}

async function execute(source: string, variableValues: Operation['variables']): Promise<string> {
  return JSON.stringify(await graphql({ schema, source, rootValue, variableValues }))
}

/** Takes one operation or, as all subgraphs of ours do, an array of them. Checks no identity: other gateways sign none. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = JSON.parse((await text(request)) || '[]') as Operation | Operation[]
  const texts = await Promise.all([asked].flat().map(answerOf))
  const body = Array.isArray(asked) ? `[${texts.join()}]` : texts[0]!
  const parts = texts.map((part) => Buffer.byteLength(part)).join()
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    [PARTS_HEADER]: parts,
  }
  response.writeHead(200, headers).end(body)
}

const server = createServer((request, response) => void answer(request, response))
const url = await listen(server, { host: '127.0.0.1', port: 0 })
process.send?.({ type: 'ready', url })
process.on('disconnect', () => process.exit(0))
