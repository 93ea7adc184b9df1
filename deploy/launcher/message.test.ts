import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readyMessage } from './message.js'

const folder = mkdtempSync(join(tmpdir(), "modelgraph it's data "))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the message of a network that is ready', () => {
  it('says where the graph, the keys and the logs are', () => {
    const message = readyMessage({ gatewayUrl: 'http://127.0.0.1:4000', dataFolder: '/data' }, 3.21)
    expect(message).toContain('after 3.2 s')
    expect(message).toContain('http://127.0.0.1:4000/graphql')
    expect(message).toContain('/data/dev-keys.json (admin, team, app)')
  })

  it('ends with a line that works when pasted into a shell, and holds no key', () => {
    writeFileSync(
      join(folder, 'dev-keys.json'),
      JSON.stringify({ admin: 'a', team: 't', app: 'mg_test_app' }, undefined, 2),
    )
    const message = readyMessage({ gatewayUrl: 'http://127.0.0.1:4000', dataFolder: folder }, 1)
    const line = message.trim().split('\n').at(-1) ?? ''
    expect(line).not.toContain('mg_test_app')
    const words = execFileSync('sh', ['-c', line.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' }).split('\n')
    expect(words.slice(0, 4)).toEqual([
      '-s',
      'http://127.0.0.1:4000/graphql',
      '-H',
      'authorization: Bearer mg_test_app',
    ])
    expect(JSON.parse(words[7] ?? '').query).toMatch(
      /^query FirstPrediction \{ patient\(id: "1"\) \{ id malignancyRisk/,
    )
  })
})
