import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tableRows } from './house/markdown.js'
import { settingsOf } from './house/settings.js'
import { ROOT, sourceFiles } from './house/source-files.js'

/** Who reads each config.ts, as docs/settings.md calls it. */
const READERS: Readonly<Record<string, string>> = {
  'cli/config.ts': 'command',
  'deploy/container/config.ts': 'containers',
  'deploy/launcher/config.ts': 'npm start',
  'gateway/config.ts': 'gateway',
  'shared/serving/config.ts': 'subgraphs',
  'subgraphs/registry/config.ts': 'registry',
  'subgraphs/registry/store/config.ts': 'store',
}

const configs = sourceFiles().filter(({ path }) => path.endsWith('/config.ts'))
const rows = tableRows('docs/settings.md')

describe('docs/settings.md', () => {
  it('knows every config.ts', () => {
    expect(configs.map(({ path }) => path).sort()).toEqual(Object.keys(READERS).sort())
  })

  it('has a row for every setting with all who read it, and no others', () => {
    const read = new Map<string, Set<string>>()
    for (const config of configs) {
      for (const setting of settingsOf(config)) {
        read.set(setting, (read.get(setting) ?? new Set()).add(READERS[config.path] ?? config.path))
      }
    }
    const documented = new Map(rows.map(([setting = '', , readers = '']) => [setting, readersIn(readers)]))
    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries([...read].map(([name, by]) => [name, [...by].sort()])),
    )
  })

  it('has each setting once, with a default and a meaning', () => {
    expect(new Set(rows.map(([setting]) => setting)).size).toBe(rows.length)
    expect(rows.filter((row) => row.length !== 4 || row.includes(''))).toEqual([])
  })
})

describe('the README', () => {
  it('names only settings that there are', () => {
    const named =
      readFileSync(join(ROOT, 'README.md'), 'utf8').match(/`(MODELGRAPH_[A-Z_]+|[A-Z]+_(PORT|URI|URL))`/g) ?? []
    const known = new Set(rows.map(([setting]) => `\`${setting}\``))
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })
})

function readersIn(cell: string): string[] {
  return cell.replaceAll('`', '').split(', ').sort()
}
