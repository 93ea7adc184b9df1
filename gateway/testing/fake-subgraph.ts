import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { DEADLINE_HEADER, IDENTITY_HEADER, type Identity, REQUEST_ID_HEADER } from '../../shared/identity/claims.js'
import { verifyIdentity } from '../../shared/identity/signing.js'
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
  /** GraphQL requests answered or disturbed. */
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
    this.fetches += 1
    const body = await bodyOf(request)
    if (this.disturbance) return this.disturbance(request, response)
    const { query, variables } = JSON.parse(body.toString()) as { query: string; variables: Record<string, unknown> }
    const contextValue = this.contextOf(request, body)
    const result = await graphql({ schema: this.schema, source: query, variableValues: variables, contextValue })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
  }

  private contextOf({ headers }: IncomingMessage, body: Buffer): SubgraphContext {
    const signed = { audience: this.name, body, now: Date.now() }
    return {
      caller: verifyIdentity(headers[IDENTITY_HEADER] as string, signed, this.secret),
      requestId: String(headers[REQUEST_ID_HEADER]),
      deadlineMs: Number(headers[DEADLINE_HEADER]),
    }
  }
}

/** The SDL of a fixture beside this file; compiled code reads it from the sources as well. */
export function fixture(name: string): string {
  return readFileSync(`gateway/testing/fixtures/${name}.graphql`, 'utf8')
}
