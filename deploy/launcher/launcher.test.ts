import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'

const ANY_PORTS = {
  PORT: '0',
  REGISTRY_PORT: '0',
  PATIENTS_PORT: '0',
  DIAGNOSTICS_PORT: '0',
  VISION_PORT: '0',
  FRAUD_PORT: '0',
}

describe('a start that cannot go on ends in one sentence and exit code 1', () => {
  it('for a setting that is wrong', () => {
    expect(launch({ PORT: 'four thousand' })).toEqual([
      1,
      'The setting PORT is wrong: expected a port from 0 to 65535.\n',
    ])
  })

  it('for a data folder that cannot be written', () => {
    const file = join(newFolder(), 'taken-by-a-file')
    writeFileSync(file, '')
    expect(launch({ MODELGRAPH_DATA: join(file, 'data') })).toEqual([
      1,
      `The data folder ${file}/data cannot be written (ENOTDIR); change its owner or set MODELGRAPH_DATA to another folder.\n`,
    ])
  })

  it('for a port that is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(launch({ VISION_PORT: String(port) })).toEqual([
      1,
      `Port ${port} is taken; set VISION_PORT to another port (0 for any free one) or stop what listens there.\n`,
    ])
    server.close()
  })

  it('for two processes on one port', () => {
    expect(launch({ PORT: '4001', FRAUD_PORT: '4001' })).toEqual([
      1,
      'Port 4001 is given to PORT as well; set FRAUD_PORT to another port (0 for any free one).\n',
    ])
  })

  it('for development keys that were spoilt', () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'dev-keys.json'), '{"admin": ""}')
    expect(launch({ MODELGRAPH_DATA: folder })).toEqual([
      1,
      `${folder}/dev-keys.json does not hold {"admin", "team", "app"}; delete it to have new keys made.\n`,
    ])
  })
})

/** Runs the compiled launcher with these settings to its end: its exit code and what it wrote to standard error. */
function launch(settings: Readonly<Record<string, string>>): [number | null, string] {
  const { status, stderr } = spawnSync(process.execPath, [join(PROJECT_ROOT, 'dist/deploy/launcher/main.js')], {
    cwd: newFolder(),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, MODELGRAPH_DATA: newFolder(), ...ANY_PORTS, ...settings },
  })
  return [status, stderr]
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'modelgraph-launcher-'))
}
