import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixture } from './fixtures/artifacts.js'
import { inspectArtifact } from './inspect-artifact.js'

describe('inspecting an artifact', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inspect-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('tells its tensors', async () => {
    expect(await inspectArtifact(fixture('trees'))).toEqual({
      inputs: [{ name: 'features', datatype: 'float32', shape: ['N', 30] }],
      outputs: [
        { name: 'label', datatype: 'int64', shape: ['N'] },
        { name: 'probabilities', datatype: 'float32', shape: ['N', 2] },
      ],
    })
  })

  it('refuses a datatype that cannot be served, naming tensor and datatype', async () => {
    await expect(inspectArtifact(fixture('half'))).rejects.toMatchObject({
      code: 'INVALID_ARTIFACT',
      message: expect.stringContaining('input "x" is of datatype float16; served are float32, '),
    })
  })

  it.each([
    ['cut short', Buffer.from('\x08\x08\x12\x05')],
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('not a model at all\n'.repeat(100))],
    ['noise', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251))],
  ])('refuses bytes that are no model without naming paths: %s', async (name, bytes) => {
    const path = join(folder, `${name}.onnx`)
    await writeFile(path, bytes)
    const refusal = await inspectArtifact(path).catch((error: Error) => error)
    expect(refusal).toMatchObject({ code: 'INVALID_ARTIFACT' })
    expect((refusal as Error).message).not.toMatch(/\/|onnx:/)
  })

  it('refuses a file that is not there', async () => {
    const refusal = await inspectArtifact(join(folder, 'missing.onnx')).catch((error: Error) => error)
    expect(refusal).toMatchObject({ code: 'INVALID_ARTIFACT', message: expect.not.stringContaining(folder) })
  })

  it('gives up in time', async () => {
    await expect(inspectArtifact(fixture('trees'), 1)).rejects.toMatchObject({
      code: 'INVALID_ARTIFACT',
      message: 'The artifact could not be tried: no answer within 1 ms.',
    })
  })
})
