import type { IncomingMessage, ServerResponse } from 'node:http'
import { PARTS_HEADER } from '../../shared/mesh/protocol.js'
import { bodyOf, LoopbackServer } from './loopback.js'

/** What a replica does in place of answering. */
export type Mood = 'well' | 'hangs' | 'answers 503' | 'answers garbage' | 'resets connections'

/** A replica of a subgraph on loopback that answers every operation alike, and can be of any mood. */
export class MoodyReplica {
  mood: Mood = 'well'
  /** HTTP requests for GraphQL that came while it was not well. */
  suffered = 0
  readonly server = new LoopbackServer((request, response) => {
    this.answer(request, response).catch(() => request.destroy())
  })

  get url(): string {
    return `${this.server.url}/graphql`
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    if (request.method === 'POST' && this.mood !== 'well') this.suffered += 1
    if (this.mood === 'hangs') return
    if (this.mood === 'resets connections') return void request.socket.resetAndDestroy()
    if (this.mood === 'answers 503') return void response.writeHead(503).end('{"status":"draining"}')
    if (this.mood === 'answers garbage') return void response.end('<html>')
    if (request.method === 'GET') return void response.end('{"status":"ready"}')
    this.answerOperations(JSON.parse(body.toString()), response)
  }

  private answerOperations(operations: unknown, response: ServerResponse): void {
    const count = Array.isArray(operations) ? operations.length : 1
    const answers = Array.from({ length: count }, () => ANSWER)
    response.setHeader(PARTS_HEADER, answers.map(({ length }) => length).join())
    response.end(Array.isArray(operations) ? `[${answers.join()}]` : ANSWER)
  }
}

const ANSWER = '{"data":{"ok":true}}'
