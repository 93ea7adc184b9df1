import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Engine } from './engine.js'
import { Environment } from './storage/environment.js'

it('fails the writes on a disk that takes no more, answers reads, and does not end the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-full-'))
  const env = new Environment(folder)
  new Engine(env, Date.now).answer([{ insert: 'things', documents: [{ _id: 1 }] }])
  const failing = new Engine(refusingWrites(env), Date.now)
  const [reply] = failing.answer([{ insert: 'things', documents: [{ _id: 2 }] }, { ping: 1 }])
  expect(reply).toMatchObject({ ok: 0, code: 8, errmsg: 'No space left on device' })
  expect(() => failing.sweep()).not.toThrow()
  expect(failing.answer([{ count: 'things' }])).toEqual([{ n: 1, ok: 1 }])
  await env.close()
  rmSync(folder, { recursive: true })
})

function refusingWrites(env: Environment): Environment {
  const durably = () => {
    throw new Error('No space left on device')
  }
  return Object.create(env, { durably: { value: durably } }) as Environment
}
