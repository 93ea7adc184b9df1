import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ROLLOUT_STATES } from './rollout.js'
import { TABLE } from './table.js'

describe('docs/rollouts.md', () => {
  it('shows the table of the machine', () => {
    const text = readFileSync(fileURLToPath(new URL('../../../../docs/rollouts.md', import.meta.url)), 'utf8')
    const lines = text.split('\n')
    const first = lines.findIndex((line) => line.startsWith('| command'))
    const rows = lines.slice(first, lines.indexOf('', first))
    const cells = rows.map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    const [header, , ...body] = cells
    expect(header).toEqual(['command', ...ROLLOUT_STATES])
    const inTable = Object.entries(TABLE).map(([command, targets]) => [
      `\`${command}\``,
      ...ROLLOUT_STATES.map((state) => targets[state]?.map((target) => `\`${target}\``).join(' / ') ?? '–'),
    ])
    expect(body).toEqual(inTable)
  })
})
