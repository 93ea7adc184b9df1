import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CONTROL, type KeyHolder, type KeyUse, REGISTRY } from '../../shared/control/protocol.js'
import type { Replica } from '../../shared/control/replicas.js'
import { keysUsedSchema, quotaUsedSchema } from '../../shared/control/schema.js'
import type { UsageReport } from '../../shared/control/usage.js'
import { usageReportSchema } from '../../shared/control/usage-schema.js'

import { hashApiKey } from '../../shared/identity/api-key.js'
import { IDENTITY_HEADER } from '../../shared/identity/claims.js'
import { verifyIdentity } from '../../shared/identity/signing.js'
import { bodyOf, LoopbackServer } from './loopback.js'

/** A registry that speaks the control protocol from memory. */
export class FakeRegistry {
  readonly server = new LoopbackServer((request, response) => {
    this.answer(request, response).catch(() => request.destroy())
  })
  readonly artifacts = new Map<string, number>()
  /** What gateways have told of keys. */
  readonly uses: KeyUse[] = []
  /** What gateways have counted. */
  readonly usage: UsageReport[] = []
  /** Texts of safelisted operations by their sha-256. */
  readonly operations = new Map<string, string>()
  /** How often one of them was asked for. */
  operationsAsked = 0
  /** How often a key was asked about. */
  verifications = 0
  private replicas: { etag: string; replicas: readonly Replica[] } = { etag: '"1"', replicas: [] }
  private readonly waiting: (() => void)[] = []
  private supergraph: { sdl: string; version: number } | undefined
  private readonly quotas = new Map<string, Map<string, number>>()
  private readonly holders = new Map<string, KeyHolder>()

  constructor(private readonly secret: string) {}

  publish(sdl: string): number {
    const version = (this.supergraph?.version ?? 0) + 1
    this.supergraph = { sdl, version }
    return version
  }

  addKey(key: string, holder: KeyHolder): void {
    this.holders.set(hashApiKey(key), holder)
  }

  revokeKey(key: string): void {
    this.holders.delete(hashApiKey(key))
  }

  revokeAll(): void {
    this.holders.clear()
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? ''
    if (path.startsWith(`${CONTROL.artifacts}/`)) return this.takeArtifact(path.slice(11), request, response)
    const body = await bodyOf(request)
    this.verify(request, body)
    if (path.startsWith(`${CONTROL.operations}/`)) return this.sendOperation(path, response)
    if (path === CONTROL.supergraph) return this.sendSupergraph(request, response)
    if (path === CONTROL.replicas) return this.sendReplicas(request, response)
    if (path === CONTROL.verifyKey) return this.sendHolder(body, response)
    if (path === CONTROL.clients) return this.sendClient(request, response)
    if (path === CONTROL.quotaUsed) return this.takeQuotas(body, response)
    if (path === CONTROL.keysUsed) return this.takeUses(body, response)
    if (path === CONTROL.usage) return this.takeUsage(body, response)
    response.writeHead(404).end()
  }

  private sendOperation(path: string, response: ServerResponse): void {
    this.operationsAsked += 1
    const text = this.operations.get(path.slice(CONTROL.operations.length + 1))
    response.writeHead(text === undefined ? 404 : 200).end(text)
  }

  private sendSupergraph(request: IncomingMessage, response: ServerResponse): void {
    if (!this.supergraph) return void response.writeHead(404).end()
    const { sdl, version } = this.supergraph
    const etag = `"${version}"`
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
    response.writeHead(200, { etag, 'x-supergraph-version': String(version) }).end(sdl)
  }

  /** Registers these replicas and no others; tells who waits for it. */
  useReplicas(replicas: readonly Replica[]): void {
    this.replicas = { etag: `"${Number(this.replicas.etag.slice(1, -1)) + 1}"`, replicas }
    for (const tell of this.waiting.splice(0)) tell()
  }

  private sendReplicas(request: IncomingMessage, response: ServerResponse): void {
    const send = () => {
      const { etag, replicas } = this.replicas
      response.writeHead(200, { etag }).end(JSON.stringify({ environment: 'test', replicas }))
    }
    if (request.headers['if-none-match'] === this.replicas.etag) this.waiting.push(send)
    else send()
  }

  private sendHolder(body: Buffer, response: ServerResponse): void {
    this.verifications += 1
    const holder = this.holders.get((JSON.parse(body.toString()) as { hash: string }).hash)
    if (!holder) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(holder))
  }

  private sendClient(request: IncomingMessage, response: ServerResponse): void {
    const name = new URL(request.url ?? '', 'http://registry').searchParams.get('name')
    const holder = [...this.holders.values()].find(({ client }) => client === name)
    if (!holder) return void response.writeHead(404).end()
    const { revision: _revision, keyId: _keyId, expiresAt: _expiresAt, ...terms } = holder
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(terms))
  }

  private takeUses(body: Buffer, response: ServerResponse): void {
    this.uses.push(...keysUsedSchema.parse(JSON.parse(body.toString())).keys)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }

  private takeQuotas(body: Buffer, response: ServerResponse): void {
    const { instance, clients } = quotaUsedSchema.parse(JSON.parse(body.toString()))
    const known = clients.map(({ used, ...use }) => {
      const counts = this.quotas.get(use.clientId) ?? new Map<string, number>()
      this.quotas.set(use.clientId, counts)
      counts.set(instance, Math.max(used, counts.get(instance) ?? 0))
      const own = counts.get(instance)!
      return { ...use, own, others: this.quotaUsed(use.clientId) - own }
    })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ clients: known }))
  }

  /** Predictions that gateways have told of, of a client with a single period. */
  quotaUsed(clientId: string): number {
    return [...(this.quotas.get(clientId)?.values() ?? [])].reduce((sum, count) => sum + count, 0)
  }

  private takeUsage(body: Buffer, response: ServerResponse): void {
    this.usage.push(usageReportSchema.parse(JSON.parse(body.toString())))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }

  private async takeArtifact(sha256: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.verify(request, sha256)
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of request) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
    }
    const right = hash.digest('hex') === sha256
    if (right) this.artifacts.set(sha256, bytes)
    response.writeHead(right ? 201 : 409, { 'content-type': 'application/json' }).end(JSON.stringify({ stored: right }))
  }

  private verify(request: IncomingMessage, body: string | Uint8Array): void {
    const header = request.headers[IDENTITY_HEADER] as string | undefined
    verifyIdentity(header, { audience: REGISTRY, body, now: Date.now() }, this.secret)
  }
}
