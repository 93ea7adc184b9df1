import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const DIST = join(import.meta.dirname, '../../dist/subgraphs/registry')

describe('the commands of the registry', () => {
  it('describe it and compose it with others, without any setting', async () => {
    const { stdout } = await run(process.execPath, [join(DIST, 'main.js'), '--describe'], { env: {} })
    const { name, sdl, contracts } = JSON.parse(stdout)
    expect({ name, contracts }).toEqual({ name: 'registry', contracts: [] })
    const folder = await mkdtemp(join(tmpdir(), 'modelgraph-compose-'))
    await writeFile(join(folder, 'registry.graphql'), sdl)
    await writeFile(join(folder, 'other.graphql'), 'type Query { other: Int }')
    const files = ['registry', 'other'].map((file) => `${join(folder, file)}.graphql=http://${file}.test/graphql`)
    const composed = await run(process.execPath, [join(DIST, 'compose-main.js'), ...files], { env: {} })
    expect(composed.stdout).toContain('@join__graph(name: "other", url: "http://other.test/graphql")')
    expect(composed.stdout).toMatch(/modelVersion\(\s*id: ID!/)
    await rm(folder, { recursive: true })
  })

  it("say why subgraphs don't compose, and that they did not", () => {
    const input = JSON.stringify([
      { name: 'a', url: 'http://a.test', sdl: 'type Query { x: Int }' },
      { name: 'b', url: 'http://b.test', sdl: 'type Query { x: String }' },
    ])
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(DIST, 'compose-main.js')], { input, env: {} })
    expect({ status, stdout: String(stdout) }).toEqual({ status: 1, stdout: '' })
    expect(String(stderr)).toContain('FIELD_TYPE_MISMATCH')
  })
})
