import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { artifactFile, CONTRACT, cardOf } from '../testing/payment-risk.js'
import { TrialBench } from './trial-bench.js'

const folder = mkdtempSync(join(tmpdir(), 'modelgraph-trial-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Asks for a trial of an artifact with these bytes. */
function requestOf(name: string, bytes: Uint8Array) {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return { id: 'payment-risk@1', path, contract: CONTRACT, goldenRows: cardOf('risk-1').goldenRows }
}

const good = requestOf('good.onnx', artifactFile('risk-1').bytes)
const corrupt = requestOf('corrupt.onnx', Buffer.from('no model'))

describe('the trial bench', () => {
  it('answers the signature of what is good, and does not fail when its process is killed', async () => {
    const bench = new TrialBench()
    const { signature } = await bench.try(good)
    expect(signature?.inputs).toEqual([{ name: 'features', datatype: 'float32', shape: ['N', 2] }])

    const cut = bench.try(good)
    bench.close()
    expect((await cut).findings).toEqual([
      { code: 'INVALID_ARTIFACT', message: 'The artifact could not be tried: it ended its process (SIGKILL).' },
    ])
    expect((await bench.try(good)).findings?.[0]?.message).toContain('the registry is stopping')
  })

  it('goes on trying after what it has accepted and after what it has refused, side by side too', async () => {
    const bench = new TrialBench()
    const codes: (string | undefined)[] = []
    for (const request of [good, good, corrupt, good]) codes.push((await bench.try(request)).findings?.[0]?.code)
    expect(codes).toEqual([undefined, undefined, 'INVALID_ARTIFACT', undefined])
    const both = await Promise.all([bench.try(good), bench.try(good)])
    expect(both.map(({ findings }) => findings)).toEqual([undefined, undefined])
    bench.close()
  })

  it('tries in another process what comes while an idle one is ended', async () => {
    const ends: (() => void)[] = []
    const bench = new TrialBench((end) => {
      ends.push(end)
      return () => {}
    })
    expect((await bench.try(good)).findings).toBeUndefined()
    for (const end of ends.splice(0)) end()
    expect((await bench.try(good)).findings).toBeUndefined()
    bench.close()
  })
})
