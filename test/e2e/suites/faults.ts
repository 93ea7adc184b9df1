import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { until } from '../../../shared/testing/until.js'
import { app, network } from '../network.js'

const RISK = '{ patient(id: "3") { id malignancyRisk { probability } } }'

describe('the registry killed', () => {
  it('leaves predictions going on, and readiness says what is missing', async () => {
    const before = await app(RISK)
    await network.kill('registry')

    for (let i = 0; i < 20; i++) expect((await app(RISK)).data).toEqual(before.data)
    // Aliases move, so that the gateway keeps none and has to ask the registry.
    const provenance = await app('{ patient(id: "3") { malignancyRisk { probability servedBy { aliases } } } }')
    expect(provenance.errors[0]!.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'registry' })
    await until(async () => (await readiness()).status === 503)

    await network.restart('registry')
    await until(async () => (await readiness()).status === 200)
    const after = await app('{ patient(id: "3") { malignancyRisk { servedBy { aliases } } } }')
    expect(after.errors).toEqual([])
  })
})

describe('a subgraph killed', () => {
  it('costs its fields only, and comes back by itself', async () => {
    await network.kill('diagnostics')

    const answer = await app(RISK)
    expect(answer.data.patient).toEqual({ id: '3', malignancyRisk: null })
    expect(answer.errors[0]!.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'diagnostics' })
    await until(async () => (await readiness()).status === 503)
    expect((await readiness()).text).toContain('diagnostics')

    await network.restart('diagnostics')
    await until(async () => (await app(RISK)).errors.length === 0)
    await until(async () => (await readiness()).status === 200)
  })

  it('serves from its own disk when the registry is down as it starts', async () => {
    await network.kill('registry')
    await network.kill('diagnostics')
    await network.restart('diagnostics')
    await until(async () => (await app(RISK)).errors.length === 0)
    await network.restart('registry')
    await until(async () => (await readiness()).status === 200)
  })
})

describe('the gateway killed', () => {
  it('serves again with the registry down: supergraph from its own disk, keys once it has seen the registry', async () => {
    await network.kill('gateway')
    await network.kill('registry')
    await network.restart('gateway')
    const unknown = await app(RISK)
    expect(unknown.errors[0]!.extensions.code).toBe('REGISTRY_UNAVAILABLE')
    await network.restart('registry')
    await until(async () => (await app(RISK)).errors.length === 0)
  })
})

describe('what lies in the data folder', () => {
  it('keeps no key but in dev-keys.json', async () => {
    const { status } = await readiness()
    expect(status).toBe(200)
    for (const name of ['gateway', 'registry', 'diagnostics']) {
      const log = readFileSync(`${network.dataFolder}/logs/${name}.log`, 'utf8')
      for (const key of Object.values(network.keys)) expect(log).not.toContain(key)
    }
  })
})

async function readiness(): Promise<{ status: number; text: string }> {
  const response = await fetch(new URL('/health/ready', network.gatewayUrl))
  return { status: response.status, text: await response.text() }
}
