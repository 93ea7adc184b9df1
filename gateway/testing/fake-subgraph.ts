import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { IDENTITY_HEADER, type Identity } from '../../shared/identity/claims.js'
import { verifyIdentity } from '../../shared/identity/signing.js'
import { GATEWAY_SUBJECT, PARTS_HEADER, type PartExtensions } from '../../shared/mesh/protocol.js'
import { bodyOf, LoopbackServer } from './loopback.js'

/** What resolvers of a fake subgraph are given. */
export interface SubgraphContext {
  readonly caller: Identity
  readonly requestId: string
  readonly deadlineMs: number
}

type Resolvers = Parameters<typeof buildSubgraphSchema>[0] extends infer Given
  ? Extract<Given, readonly unknown[]>[number] extends infer Module
    ? Module extends { resolvers?: infer Found }
      ? Found
      : never
    : never
  : never

/** Answers in place of the subgraph: to be late, to fail, or to talk nonsense. */
export type Disturbance = (request: IncomingMessage, response: ServerResponse) => void

/** A real GraphQL server on loopback that serves a subgraph's SDL and checks who calls, as ours do. */
export class FakeSubgraph {
  readonly server = new LoopbackServer((request, response) => {
    this.answer(request, response).catch(() => request.destroy())
  })
  /** GraphQL operations answered, and requests disturbed. */
  fetches = 0
  disturbance: Disturbance | undefined
  private readonly schema

  constructor(
    readonly name: string,
    sdl: string,
    resolvers: Resolvers,
    private readonly secret: string,
  ) {
    this.schema = buildSubgraphSchema([{ typeDefs: parse(sdl), ...(resolvers && { resolvers }) }])
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/health/live') return void response.writeHead(200).end('{}')
    const body = await bodyOf(request)
    if (this.disturbance) {
      this.fetches += 1
      return this.disturbance(request, response)
    }
    this.verify(request, body)
    const asked = JSON.parse(body.toString()) as Operation | Operation[]
    const texts = await Promise.all([asked].flat().map((operation) => this.run(operation)))
    const lengths = texts.map((text) => `${Buffer.byteLength(text)}${text.startsWith('{"errors"') ? 'e' : ''}`)
    response
      .writeHead(200, { 'content-type': 'application/json', [PARTS_HEADER]: lengths.join() })
      .end(Array.isArray(asked) ? `[${texts.join()}]` : texts[0])
  }

  private async run({ query, variables, extensions }: Operation): Promise<string> {
    this.fetches += 1
    const contextValue: SubgraphContext = extensions.modelgraph
    const { errors, data } = await graphql({
      schema: this.schema,
      source: query,
      variableValues: variables,
      contextValue,
    })
    return JSON.stringify({ errors, data })
  }

  private verify({ headers }: IncomingMessage, body: Buffer): void {
    const signed = { audience: this.name, body, now: Date.now() }
    const { subject } = verifyIdentity(headers[IDENTITY_HEADER] as string, signed, this.secret)
    if (subject !== GATEWAY_SUBJECT) throw new Error(`${subject} may not speak for others.`)
  }
}

interface Operation {
  readonly query: string
  readonly variables?: Record<string, unknown>
  readonly extensions: { readonly modelgraph: PartExtensions }
}

/** The SDL of a fixture beside this file; compiled code reads it from the sources as well. */
export function fixture(name: string): string {
  return readFileSync(`gateway/testing/fixtures/${name}.graphql`, 'utf8')
}
