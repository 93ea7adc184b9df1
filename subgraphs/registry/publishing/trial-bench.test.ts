import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { artifactFile, CONTRACT, cardOf } from '../testing/payment-risk.js'
import { TrialBench } from './trial-bench.js'

describe('the trial bench', () => {
  it('answers the signature of what is good, and does not fail when its process is killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modelgraph-trial-'))
    const path = join(folder, 'model.onnx')
    await writeFile(path, artifactFile('risk-1').bytes)
    const request = { id: 'payment-risk@1', path, contract: CONTRACT, goldenRows: cardOf('risk-1').goldenRows }
    const bench = new TrialBench()
    const { signature } = await bench.try(request)
    expect(signature?.inputs).toEqual([{ name: 'features', datatype: 'float32', shape: ['N', 2] }])

    const cut = bench.try(request)
    bench.close()
    expect((await cut).findings).toEqual([
      { code: 'INVALID_ARTIFACT', message: 'The artifact could not be tried: it ended its process (SIGKILL).' },
    ])
    expect((await bench.try(request)).findings?.[0]?.message).toContain('the registry is stopping')
    await rm(folder, { recursive: true })
  })

  it('goes on trying after what it has accepted and after what it has refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modelgraph-trial-'))
    const [good, corrupt] = [join(folder, 'good.onnx'), join(folder, 'corrupt.onnx')]
    await writeFile(good, artifactFile('risk-1').bytes)
    await writeFile(corrupt, 'no model')
    const bench = new TrialBench()
    const codes: (string | undefined)[] = []
    for (const path of [good, good, corrupt, good]) {
      const request = { id: 'payment-risk@1', path, contract: CONTRACT, goldenRows: cardOf('risk-1').goldenRows }
      codes.push((await bench.try(request)).findings?.[0]?.code)
    }
    expect(codes).toEqual([undefined, undefined, 'INVALID_ARTIFACT', undefined])
    bench.close()
    await rm(folder, { recursive: true })
  })
})
