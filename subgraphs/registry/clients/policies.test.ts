import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlClient } from '../../../shared/control/client.js'
import { NO_LIMITS, OPEN_DELIVERY } from '../../../shared/control/protocol.js'
import { hashApiKey } from '../../../shared/identity/api-key.js'
import { codeOf, done, registerModel } from '../testing/catalogue.js'
import { ADA, change, EVE, make, ROOT, TINA } from '../testing/self-service.js'
import { TestRegistry } from '../testing/test-registry.js'

const REASON = { reason: 'Because.' }
const REVISION = '{ revision }'

let registry: TestRegistry
let control: ControlClient
let key: string

beforeAll(async () => {
  registry = await TestRegistry.start()
  control = registry.control()
  await registerModel(registry)
  key = (await make(registry, ADA, 'shop')).key
})

afterAll(async () => {
  await control.close()
  await registry.remove()
})

const holder = async () => (await control.verifyKey(hashApiKey(key)))!
const revision = async () => (await done(registry.askAs(ADA, '{ client(name: "shop") { revision } }'))).client.revision

describe('the limits of a client', () => {
  const rate = { perSecond: 20.5, burst: 40 }
  const limits = {
    rate,
    models: [{ model: 'payment-risk', rate: { perSecond: 5, burst: 5 } }],
    quota: { predictions: 5e9, period: 'DAY' },
  }
  const set = async (who: typeof ADA, given: object, seen?: number) =>
    change(
      registry,
      who,
      'setClientLimits',
      { client: 'shop', limits: given, ...REASON, revision: seen ?? (await revision()) },
      REVISION,
    )

  it('are set by admins, reach the gateway, and are taken away again', async () => {
    expect((await holder()).limits).toEqual(NO_LIMITS)
    expect(codeOf(await set(ADA, limits))).toBe('FORBIDDEN')
    await done(set(ROOT, limits))
    const models = { 'payment-risk': { perSecond: 5, burst: 5 } }
    expect((await holder()).limits).toEqual({ rate, models, quota: limits.quota })
    const fields =
      '{ client(name: "shop") { limits { rate { perSecond } models { model rate { burst } } quota { period } } } }'
    expect((await done(registry.askAs(ADA, fields))).client.limits).toEqual({
      rate: { perSecond: 20.5 },
      models: [{ model: 'payment-risk', rate: { burst: 5 } }],
      quota: { period: 'DAY' },
    })
    await done(set(ROOT, {}))
    expect((await holder()).limits).toEqual(NO_LIMITS)
  })

  it('are not overwritten by an admin who has not seen the other change', async () => {
    const seen = await revision()
    const answers = await Promise.all([set(ROOT, { rate }, seen), set(ROOT, { quota: limits.quota }, seen)])
    expect(answers.map(codeOf).sort()).toEqual(['CONFLICT', undefined])
    const conflict = answers.find(({ errors }) => errors)
    expect(conflict?.errors?.[0]?.extensions).toMatchObject({
      path: 'revision',
      expected: String(seen + 1),
      received: String(seen),
    })
  })

  it.each([
    ['limits.rate.perSecond', { rate: { perSecond: 0, burst: 1 } }],
    ['limits.rate.burst', { rate: { perSecond: 1, burst: 0 } }],
    ['limits.quota.predictions', { quota: { predictions: 1.5, period: 'HOUR' } }],
    ['limits.models.payment-risk.burst', { models: [{ model: 'payment-risk', rate: { perSecond: 1, burst: -1 } }] }],
    ['limits.models', { models: ['payment-risk', 'payment-risk'].map((model) => ({ model, rate })) }],
  ])('are refused where they are none: %s', async (path, wrong) => {
    expect((await set(ROOT, wrong)).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path })
  })

  it('name models that are there', async () => {
    expect(codeOf(await set(ROOT, { models: [{ model: 'payment-rusk', rate }] }))).toBe('MODEL_NOT_FOUND')
  })
})

describe('the delivery policy of a client', () => {
  const policy = {
    operations: 'SAFELISTED',
    introspection: false,
    origins: ['https://app.example', 'http://localhost:3000'],
    networks: ['192.0.2.0/24', '2001:db8::/32'],
  }
  const set = async (who: typeof ADA, given: object) =>
    change(
      registry,
      who,
      'setDeliveryPolicy',
      { client: 'shop', policy: given, ...REASON, revision: await revision() },
      REVISION,
    )

  it('is set by those who act for it; what is denied to it, by admins alone', async () => {
    expect((await holder()).delivery).toEqual(OPEN_DELIVERY)
    await done(set(ADA, policy))
    const delivery = { ...policy, deniedFields: [], safelist: OPEN_DELIVERY.safelist }
    expect((await holder()).delivery).toEqual(delivery)
    expect(codeOf(await set(EVE, policy))).toBe('FORBIDDEN')
    const denied = { ...policy, deniedFields: ['Patient.birthDate'] }
    expect(codeOf(await set(ADA, denied))).toBe('FORBIDDEN')
    await done(set(ROOT, denied))
    expect((await holder()).delivery.deniedFields).toEqual(['Patient.birthDate'])
    expect(codeOf(await set(ADA, policy))).toBe('FORBIDDEN')
    expect(await set(ADA, { ...denied, introspection: true })).toMatchObject({
      errors: [
        { extensions: { code: 'FORBIDDEN', path: 'policy.introspection', expected: 'false', received: 'true' } },
      ],
    })
    expect((await holder()).delivery).toEqual({ ...delivery, deniedFields: ['Patient.birthDate'] })
    await done(set(ROOT, policy))
  })

  const open = { operations: 'ANY', introspection: true, origins: [], networks: [] }
  it.each([
    ['policy.operations', { operations: 'ANY' }],
    ['policy.introspection', { introspection: true }],
    ['policy.origins', { origins: [] }],
    ['policy.origins.1', { origins: ['https://app.example', 'https://evil.example'] }],
    ['policy.networks', { networks: [] }],
    ['policy.networks.0', { networks: ['192.0.0.0/16'] }],
    ['policy.networks.0', { networks: ['198.51.100.0/24'] }],
    ['policy.networks.0', { networks: ['2001:db8::/31'] }],
  ])('is not loosened by others where an admin has set it: %s of %o', async (path, looser) => {
    await done(set(ROOT, policy))
    const before = (await holder()).delivery
    const answer = await set(ADA, { ...policy, ...looser })
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining('only admins may loosen that'),
      extensions: { code: 'FORBIDDEN', path },
    })
    expect((await holder()).delivery).toEqual(before)
  })

  it('is made stricter by those who act for it, and loose again as far as an admin has set it', async () => {
    await done(set(ROOT, { ...policy, introspection: true }))
    const strict = { ...policy, origins: ['https://app.example'], networks: ['192.0.2.128/25', '2001:db8:1::/48'] }
    await done(set(ADA, strict))
    expect((await holder()).delivery).toMatchObject(strict)
    await done(set(ADA, { ...policy, introspection: true }))
    const floor = '{ client(name: "shop") { deliveryFloor { operations introspection networks } } }'
    const told = (await done(registry.askAs(ADA, floor))).client.deliveryFloor
    expect(told).toEqual({ operations: 'SAFELISTED', introspection: true, networks: policy.networks })
  })

  it('holds once an admin has set it, even as it was', async () => {
    await done(set(ROOT, open))
    await done(set(ADA, policy))
    await done(set(ROOT, policy))
    expect(codeOf(await set(ADA, open))).toBe('FORBIDDEN')
  })

  it('is free again once an admin has opened it', async () => {
    await done(set(ROOT, open))
    await done(set(ADA, policy))
    await done(set(ADA, open))
    expect((await holder()).delivery).toMatchObject(open)
  })

  it.each([
    ['policy.origins.0', { origins: ['https://app.example/'] }],
    ['policy.origins.0', { origins: ['app.example'] }],
    ['policy.origins.1', { origins: ['https://a.example', 'https://b.example:443'] }],
    ['policy.networks.0', { networks: ['192.0.2.0/33'] }],
    ['policy.networks.0', { networks: ['192.0.2.1'] }],
    ['policy.networks.0', { networks: ['2001:db8::/129'] }],
    ['policy.deniedFields.0', { deniedFields: ['Patient'] }],
  ])('is refused where it is none: %s of %o', async (path, wrong) => {
    const answer = await set(ROOT, { ...policy, ...wrong })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path })
  })
})

describe('what a client may do', () => {
  it('is told to gateways by its name, as by its keys', async () => {
    const { revision: _revision, keyId: _keyId, expiresAt: _expiresAt, ...terms } = await holder()
    expect(await control.registeredClient('shop')).toEqual(terms)
    expect(await control.registeredClient('nobody')).toBeUndefined()
  })

  it('is explained by gateways, and not here', async () => {
    const query = '{ explainPolicy(operation: "{ me { client } }", as: { client: "shop" }) { allowed } }'
    const { errors } = await registry.askAs(ROOT, query)
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('The gateway answers explainPolicy'),
      extensions: { code: 'BAD_REQUEST' },
    })
  })
})

describe('the safelist of a client', () => {
  const query = 'query Risk { me { client } }'
  const register = (documents: string[], who = ADA) =>
    change(
      registry,
      who,
      'registerOperations',
      { client: 'shop', documents },
      '{ safelist { version operations { sha256 name document } } }',
    )

  it('holds what was registered; gateways read the texts', async () => {
    const { registerOperations } = await done(register([query, query, `${query} `]))
    const { version, operations } = registerOperations.safelist
    expect(operations).toMatchObject([
      { sha256: hashApiKey(query), name: 'Risk', document: query },
      { name: 'Risk', document: `${query} ` },
    ])
    const hashes = operations.map(({ sha256 }: { sha256: string }) => sha256)
    expect((await holder()).delivery.safelist).toEqual({ version, sha256: [...hashes].sort() })
    expect(await control.operation(hashes[0])).toBe(query)
    expect(await control.operation('0'.repeat(64))).toBeUndefined()
    expect(await done(register([query]))).toEqual({ registerOperations })
    await done(change(registry, ADA, 'removeOperations', { client: 'shop', sha256: [hashes[0]] }))
    expect((await holder()).delivery.safelist).toEqual({ version: version + 1, sha256: [hashes[1]] })
    expect(codeOf(await register([query], EVE))).toBe('FORBIDDEN')
  })

  it.each([
    ['no GraphQL', 'query {'],
    ['an operation without a name', '{ me { client } }'],
    ['two operations', 'query A { me { client } } query B { me { client } }'],
    ['no operation', 'fragment F on Me { client }'],
    ['type definitions', 'query A { me { client } } type B { c: Int }'],
    ['more than 100 kB', `query A { me { client } } #${'x'.repeat(100_000)}`],
  ])('refuses %s', async (_what, document) => {
    const { errors } = await register([query, document])
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'documents.1' })
  })
})

describe('the description of a client', () => {
  const update = async (who: typeof ADA, input: object) =>
    change(
      registry,
      who,
      'updateClient',
      { client: 'shop', input, revision: await revision() },
      '{ owner team contact useCase criticality }',
    )

  it('is changed by those who act for it, its criticality by admins', async () => {
    const { updateClient } = await done(update(ADA, { contact: '#shop' }))
    expect(updateClient).toMatchObject({ contact: '#shop', owner: 'Ada', criticality: 'INTERNAL' })
    expect(codeOf(await update(ADA, { criticality: 'MISSION_CRITICAL' }))).toBe('FORBIDDEN')
    await done(update(ROOT, { criticality: 'MISSION_CRITICAL' }))
    expect(await holder()).toMatchObject({ criticality: 'MISSION_CRITICAL' })
    expect(codeOf(await update(ADA, { owner: '' }))).toBe('BAD_USER_INPUT')
  })

  it('names a team that the caller acts for; its publishers act for the client', async () => {
    expect(codeOf(await update(ADA, { team: 'payments' }))).toBe('FORBIDDEN')
    expect(codeOf(await update(ROOT, { team: 'nobody' }))).toBe('NOT_FOUND')
    expect(codeOf(await update(TINA, { contact: 'mine' }))).toBe('FORBIDDEN')
    await done(update(ROOT, { team: 'payments' }))
    expect((await done(update(TINA, { contact: '#payments' }))).updateClient).toMatchObject({ team: 'payments' })
    expect((await done(registry.askAs(TINA, '{ clients { name } }'))).clients).toEqual([{ name: 'shop' }])
  })

  it('names developers, who are let in and out', async () => {
    const developer = { client: 'shop', developer: 'user:eve' }
    expect(codeOf(await change(registry, EVE, 'addDeveloper', developer))).toBe('FORBIDDEN')
    await done(change(registry, ADA, 'addDeveloper', developer))
    await done(update(EVE, { contact: '#eve' }))
    await done(change(registry, ADA, 'removeDeveloper', developer))
    expect(codeOf(await update(EVE, { contact: '#eve again' }))).toBe('FORBIDDEN')
    const nobody = { client: 'shop', developer: 'nobody-we-know' }
    expect(codeOf(await change(registry, ADA, 'addDeveloper', nobody))).toBe('NOT_FOUND')
  })

  it('has a history of who did what and why, from the first', async () => {
    const query = `query ($after: String) { client(name: "shop") { revision
      history(first: 5, after: $after) { nodes { revision by action reason details } pageInfo { hasNextPage endCursor } } } }`
    const actions: string[] = []
    let after: string | null = null
    let page: { nodes: { action: string; revision: number }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    do {
      page = (await done(registry.askAs(ADA, query, { after }))).client.history
      actions.push(...page.nodes.map(({ action, revision }) => `${revision} ${action}`))
      after = page.pageInfo.endCursor
    } while (page.pageInfo.hasNextPage)
    expect(actions).toHaveLength(await revision())
    expect(actions.at(-1)).toBe('1 create')
    expect(actions[0]).toMatch(/ removeDeveloper$/)
  })
})
