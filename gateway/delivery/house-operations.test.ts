import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPEN_DELIVERY } from '../../shared/control/protocol.js'
import { generateApiKey } from '../../shared/identity/api-key.js'
import { keyHolder } from '../testing/key-holder.js'
import { type Clinic, codes, fetches, replyOf, startClinic } from '../testing/test-gateway.js'
import { readHouseOperations } from './house-operations.js'
import { sha256Of } from './persisted-query.js'

const PUBLISH = 'mutation Publish {\n  publish\n}\n'
const OWN = 'query Names { patients { name } }'

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'operations-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

describe("the operations of the house's tools", () => {
  let clinic: Clinic
  beforeAll(async () => {
    const houseOperations = readHouseOperations(folderOf({ 'Publish.graphql': PUBLISH, 'notes.md': 'none' }))
    clinic = await startClinic({ houseOperations })
    clinic.registry.operations.set(sha256Of(OWN), OWN)
  })
  afterAll(() => clinic.stop())

  const send = async (scopes: readonly string[], body: object) => {
    const key = generateApiKey('test')
    const safelist = { version: 1, sha256: [sha256Of(OWN)] }
    const delivery = { ...OPEN_DELIVERY, operations: 'SAFELISTED' as const, safelist }
    clinic.registry.addKey(key, keyHolder({ clientId: key.slice(-6), scopes, delivery }))
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const sent = { method: 'POST', headers, body: JSON.stringify(body) }
    return replyOf(await fetch(`${clinic.gateway.url}/graphql`, sent))
  }
  const hashOf = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256Of(text) } } })

  it.each([
    ['by their text', { query: PUBLISH, operationName: 'Publish' }],
    ['by their hash', hashOf(PUBLISH)],
    ['by both', { query: PUBLISH, ...hashOf(PUBLISH) }],
  ])('may be sent by a client that has to keep to its safelist, %s', async (_how, body) => {
    const asked = clinic.registry.operationsAsked
    expect(await send(['publish:clinic'], body)).toMatchObject({ status: 200, data: { publish: 'published' } })
    expect(clinic.registry.operationsAsked).toBe(asked)
  })

  it('need the scopes that they need from everybody', async () => {
    const before = fetches(clinic)
    const reply = await send(['predict:*'], { query: PUBLISH })
    expect([reply.status, ...codes(reply)]).toEqual([403, 'FORBIDDEN'])
    expect(fetches(clinic)).toBe(before)
  })

  it('stand beside what the client has registered', async () => {
    expect((await send(['patient:read'], { query: OWN })).errors).toEqual([])
  })

  it.each([
    ['with another byte', { query: `${PUBLISH} ` }],
    ['with another beside it', { query: `${PUBLISH} query Other { hello }` }],
    ['by the hash of another', hashOf('{ hello }')],
    ['by its name alone', { query: 'mutation Publish { publish }', operationName: 'Publish' }],
  ])('are no others: %s', async (_what, body) => {
    const reply = await send(['admin'], body)
    expect([reply.status, ...codes(reply)]).toEqual([403, 'OPERATION_NOT_ALLOWED'])
  })

  it('are refused at the start where they cannot be read, or are no GraphQL', () => {
    expect(() => readHouseOperations(join(folderOf({}), 'nowhere'))).toThrow('ENOENT')
    expect(() => readHouseOperations(folderOf({ 'Broken.graphql': 'query {' }))).toThrow(
      'Broken.graphql is not GraphQL',
    )
  })
})
