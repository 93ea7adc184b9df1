import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { killInRounds } from './durability/rounds.js'
import { inconsistencies } from './storage/consistency.js'
import { Environment } from './storage/environment.js'

/** More rounds: `node dist/subgraphs/registry/store/measure.js --kill-rounds 24`. */
const ROUNDS = 4

describe('kill -9 while eight clients write', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'modelgraph-durability-'))
  afterAll(() => rmSync(dataFolder, { recursive: true }))

  it('loses nothing that was acknowledged, and leaves indexes that agree with the documents', async () => {
    const main = resolve('dist/subgraphs/registry/store/main.js')
    const report = await killInRounds({ dataFolder, main, rounds: ROUNDS, writers: 8, writesPerRound: 300 })
    expect(report).toMatchObject({ rounds: ROUNDS, lost: 0, inconsistent: 0 })
    expect(report.inserts).toBeGreaterThan(ROUNDS * 300)
    expect(report.updates).toBeGreaterThan(ROUNDS * 100)
    const env = new Environment(dataFolder)
    expect(inconsistencies(env)).toEqual([])
    await env.close()
  })
})
