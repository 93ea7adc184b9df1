import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.js'
import { devKeys, meshSecret } from './dev-keys.js'

const temporary = mkdtempSync(join(tmpdir(), 'modelgraph-data-'))
afterAll(() => rmSync(temporary, { recursive: true }))

describe('a data folder', () => {
  it('is made for its owner alone, and closed when it stood open', () => {
    const path = join(temporary, 'made', 'deep')
    openDataFolder(path)
    expect(modeOf(path)).toBe(0o700)
    chmodSync(path, 0o755)
    openDataFolder(path)
    expect(modeOf(path)).toBe(0o700)
  })

  it('is refused where a file stands', () => {
    writeFileSync(join(temporary, 'file'), '')
    expect(() => openDataFolder(join(temporary, 'file'))).toThrow(
      `The data folder ${temporary}/file cannot be written (EEXIST); change its owner or set MODELGRAPH_DATA to another folder.`,
    )
  })

  it('keeps what it was given first, readable by its owner alone', () => {
    const folder = openDataFolder(join(temporary, 'secrets'))
    expect(folder.secret('one', () => 'first')).toBe('first')
    expect(folder.secret('one', () => 'second')).toBe('first')
    expect(modeOf(folder.within('one'))).toBe(0o600)
  })

  it('does not take half of a secret for one', () => {
    const folder = openDataFolder(join(temporary, 'interrupted'))
    writeFileSync(folder.within('one.new'), 'ha')
    expect(folder.secret('one', () => 'whole')).toBe('whole')
  })
})

describe('development keys', () => {
  it('are three different keys of the test environment, the same at every start', () => {
    const folder = openDataFolder(join(temporary, 'keys'))
    const keys = devKeys(folder)
    expect(new Set(Object.values(keys)).size).toBe(3)
    for (const key of Object.values(keys)) expect(key).toMatch(/^mg_test_/)
    expect(devKeys(folder)).toEqual(keys)
    expect(JSON.parse(readFileSync(folder.within('dev-keys.json'), 'utf8'))).toEqual(keys)
    expect(modeOf(folder.within('dev-keys.json'))).toBe(0o600)
  })

  it.each(['', 'no JSON', '{"admin": "a", "team": "b"}'])(
    'that were spoilt (%j) are not made anew in silence',
    (text) => {
      const folder = openDataFolder(mkdtempSync(join(temporary, 'spoilt-')))
      writeFileSync(folder.within('dev-keys.json'), text)
      expect(() => devKeys(folder)).toThrow('delete it to have new keys made.')
    },
  )
})

describe('the secret of the mesh', () => {
  it('has 256 random bits and stays', () => {
    const folder = openDataFolder(join(temporary, 'mesh'))
    const secret = meshSecret(folder)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(meshSecret(folder)).toBe(secret)
    mkdirSync(join(temporary, 'mesh-2'))
    expect(meshSecret(openDataFolder(join(temporary, 'mesh-2')))).not.toBe(secret)
  })
})

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}
