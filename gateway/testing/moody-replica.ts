import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { writeAnswers } from '../../shared/mesh/link/answer.js'
import { FrameReader } from '../../shared/mesh/link/frame-reader.js'
import { MAX_LETTER_FRAME, readLetter } from '../../shared/mesh/link/letter.js'
import { SWITCHING_PROTOCOLS } from '../../shared/mesh/link/upgrade.js'
import { LINK_HEADER, LINK_PROTOCOL, PARTS_HEADER } from '../../shared/mesh/protocol.js'
import { bodyOf, LoopbackServer } from './loopback.js'

/** What a replica does in place of answering. */
export type Mood = 'well' | 'hangs' | 'answers 503' | 'answers garbage' | 'resets connections'

/** A replica of a subgraph on loopback that answers every operation alike, and can be of any mood. */
export class MoodyReplica {
  mood: Mood = 'well'
  /** Requests for GraphQL that came while it was not well. */
  suffered = 0
  readonly server: LoopbackServer

  constructor(private readonly given: { readonly links: boolean }) {
    this.server = new LoopbackServer(
      (request, response) => void this.answer(request, response).catch(() => request.destroy()),
      given.links ? (connection) => this.accept(connection) : undefined,
    )
  }

  get url(): string {
    return `${this.server.url}/graphql`
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    if (request.method === 'POST' && this.mood !== 'well') this.suffered += 1
    if (this.mood === 'hangs') return
    if (this.mood === 'resets connections') return void request.socket.resetAndDestroy()
    if (this.mood === 'answers 503') return void response.writeHead(503).end(DRAINING)
    if (this.mood === 'answers garbage') return void response.end('<html>')
    if (request.method === 'GET') return void response.end('{"status":"ready"}')
    this.answerOperations(JSON.parse(body.toString()), response)
  }

  private answerOperations(operations: unknown, response: ServerResponse): void {
    const answers = Array.from({ length: countOf(operations) }, () => ANSWER)
    response.setHeader(PARTS_HEADER, answers.map(({ length }) => length).join())
    if (this.given.links) response.setHeader(LINK_HEADER, LINK_PROTOCOL)
    response.end(Array.isArray(operations) ? `[${answers.join()}]` : ANSWER)
  }

  private accept(connection: Socket): void {
    connection.write(SWITCHING_PROTOCOLS)
    const reader = new FrameReader(MAX_LETTER_FRAME, (_kind, number, content) => {
      this.answerLetter(connection, number, JSON.parse(readLetter(content)!.body.toString()))
    })
    connection.on('data', (chunk: Buffer) => reader.push(chunk))
  }

  private answerLetter(connection: Socket, letter: number, operations: unknown): void {
    if (this.mood !== 'well') this.suffered += 1
    if (this.mood === 'hangs') return
    if (this.mood === 'resets connections') return void connection.resetAndDestroy()
    if (this.mood === 'answers garbage') return void connection.write('<html>')
    const failed = this.mood === 'answers 503'
    const [status, text] = failed ? [503, DRAINING] : [200, ANSWER]
    const parts = Array.from({ length: countOf(operations) }, (_, part) => part)
    connection.write(writeAnswers(parts.map((part) => ({ letter, part, status, failed, served: '', text }))))
  }
}

const ANSWER = '{"data":{"ok":true}}'
const DRAINING = '{"status":"draining"}'

function countOf(operations: unknown): number {
  return Array.isArray(operations) ? operations.length : 1
}
