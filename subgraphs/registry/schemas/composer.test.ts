import { afterEach, describe, expect, it } from 'vitest'
import { Composer } from './composer.js'

const composer = new Composer()
const subgraphs = [{ name: 'a', url: 'http://a.test', sdl: 'type Query { a: Int }' }]

afterEach(() => composer.close())

describe('the composer', () => {
  it('leaves the calling thread free', async () => {
    let turns = 0
    let composed = false
    const composition = composer.compose(subgraphs).finally(() => {
      composed = true
    })
    while (!composed) {
      turns += 1
      await new Promise(setImmediate)
    }
    expect((await composition).supergraphSdl).toContain('a: Int')
    expect(turns).toBeGreaterThan(10)
  })

  it('starts a new thread when the old one ended, and rejects what that one owed', async () => {
    const owed = composer.compose(subgraphs)
    const rejected = expect(owed).rejects.toThrow('The composer ended with code')
    await composer.close()
    await rejected
    expect((await composer.compose(subgraphs)).findings).toBeUndefined()
  })

  it('answers every call its own composition', async () => {
    const names = ['a', 'b', 'c']
    const sdls = await Promise.all(
      names.map((name) => composer.compose([{ name, url: 'http://x.test', sdl: `type Query { ${name}: Int }` }])),
    )
    for (const [place, name] of names.entries()) expect(sdls[place]?.supergraphSdl).toContain(`${name}: Int`)
  })
})
