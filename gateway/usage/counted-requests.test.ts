import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ask, type Clinic, send, startClinic } from '../testing/test-gateway.js'

let clinic: Clinic
beforeAll(async () => {
  clinic = await startClinic({ config: { usageFlushMs: 100 } })
})
afterAll(() => clinic.stop())

it('tells the registry of every request, on either tier, with what it asked and how it ended', async () => {
  const app = clinic.keyFor('patient:read')
  const query = 'query Greeting { patient(id: "4") { id name } hello }'
  for (let n = 0; n < 3; n++) await ask(clinic, app, query)
  await ask(clinic, app, '{ fails hello }')
  await ask(clinic, app, '{ no such thing }')
  await send(clinic, '{"query":"{ hello }"}', { 'content-type': 'application/json' })
  const lines = () => clinic.registry.usage.flatMap(({ requests }) => requests)
  const total = () => lines().reduce((sum, { requests }) => sum + requests, 0)
  await vi.waitFor(() => expect(total()).toBe(6), { timeout: 10_000 })

  const described = clinic.registry.usage.flatMap(({ operations }) => operations)
  const greeting = described.find(({ name }) => name === 'Greeting')
  expect(greeting).toMatchObject({ fields: ['Patient.id', 'Patient.name', 'Query.hello', 'Query.patient'] })
  const counted = lines().filter(({ operation }) => operation === greeting?.hash)
  expect(counted.reduce((sum, { requests }) => sum + requests, 0)).toBe(3)
  expect(counted[0]).toMatchObject({ client: 'patient-read', failed: 0, codes: {} })
  const codes = lines().map((line) => line.codes)
  expect(codes).toContainEqual({ OVERLOADED: 1 })
  expect(codes).toContainEqual({ GRAPHQL_VALIDATION_FAILED: 1 })
  expect(codes).toContainEqual({ UNAUTHENTICATED: 1 })
  expect(JSON.stringify(clinic.registry.usage)).not.toContain('\\"4\\"')
})
