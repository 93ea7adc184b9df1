import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigError, readConfig } from './read.js'

const schema = z.object({
  PORT: z.coerce.number('expected a port number').int().min(0).max(65_535).default(4_000),
  SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
})

describe('readConfig', () => {
  it('takes the default of a variable that is unset or empty', () => {
    expect(readConfig(schema, { PORT: '' })).toEqual({ PORT: 4_000 })
  })

  it('ignores variables it does not know', () => {
    expect(readConfig(schema, { PORT: '1', HOME: '/somewhere' })).toEqual({ PORT: 1 })
  })

  it('says which setting is wrong in one sentence, without the value', () => {
    const read = () => readConfig(schema, { SECRET: 'hunter2' })
    expect(read).toThrowError(new ConfigError('The setting SECRET is wrong: expected at least 32 characters.'))
  })

  it('takes a setting from the file that <NAME>_FILE names, without the line break at its end', () => {
    const file = join(folder, 'secret')
    writeFileSync(file, `${'s'.repeat(32)}\n`)
    expect(readConfig(schema, { SECRET_FILE: file }).SECRET).toBe('s'.repeat(32))
    expect(readConfig(schema, { SECRET_FILE: file, SECRET: 't'.repeat(32) }).SECRET).toBe('t'.repeat(32))
  })

  it('says when that file cannot be read', () => {
    const read = () => readConfig(schema, { SECRET_FILE: join(folder, 'none') })
    expect(read).toThrowError(
      new ConfigError('The setting SECRET_FILE is wrong: the file it names cannot be read (ENOENT).'),
    )
  })
})

const folder = mkdtempSync(join(tmpdir(), 'modelgraph-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))
