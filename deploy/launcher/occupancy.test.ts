import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'
import { occupy } from './occupancy.js'

const OCCUPANCY = join(PROJECT_ROOT, 'dist/deploy/launcher/occupancy.js')

describe('a data folder', () => {
  it('has one launcher at a time; the second is told which', async () => {
    const folder = newFolder()
    const first = await occupy(folder)
    await expect(occupy(folder)).rejects.toThrow(
      `Modelgraph already runs on the data folder ${folder} (process ${process.pid}); stop it first or set MODELGRAPH_DATA to another folder.`,
    )
    await first.release()
    await (await occupy(folder)).release()
  })

  it('is free again when its launcher was killed', async () => {
    const folder = newFolder()
    const other = spawn(process.execPath, ['--input-type=module', '--eval', occupier(folder)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(other, 'message')
    await expect(occupy(folder)).rejects.toThrow(`(process ${other.pid})`)
    other.kill('SIGKILL')
    await once(other, 'exit')
    await (await occupy(folder)).release()
  })

  it('may have a long name', async () => {
    const folder = join(newFolder(), 'x'.repeat(120))
    const first = await occupy(folder)
    await expect(occupy(folder)).rejects.toThrow('already runs')
    await first.release()
  })
})

const occupier = (folder: string) => `
  const { occupy } = await import(${JSON.stringify(OCCUPANCY)})
  await occupy(${JSON.stringify(folder)})
  process.send('occupied')
  setInterval(() => {}, 1000)
`

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'modelgraph-occupancy-'))
}
