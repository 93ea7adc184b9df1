import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createLog } from './log.js'

const MODULE = new URL('../../dist/shared/telemetry/log.js', import.meta.url).href

/** What a process of its own has written when it has ended. */
function written(script: string): string[] {
  const code = `import(${JSON.stringify(MODULE)}).then(({ createLog }) => { const log = createLog('test', 'info'); ${script} })`
  const { stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
}

describe('the log on standard error', () => {
  it('is written when the process ends', () => {
    expect(written("log.info('one'); log.info('two'); process.exit()")).toEqual(['one', 'two'])
  })

  it('is written at once with a warning, whatever happens next', () => {
    expect(written("log.info('one'); log.warn('two'); process.kill(process.pid, 'SIGKILL')")).toEqual(['one', 'two'])
  })

  it('is written while the process goes on', () => {
    expect(written("log.info('one'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 400)")).toEqual(['one'])
  })
})

describe('a log', () => {
  it('redacts keys and secrets', () => {
    const lines: string[] = []
    const log = createLog('test', 'info', { write: (line) => void lines.push(line) })
    log.info(
      { authorization: 'Bearer x1', headers: { authorization: 'Bearer x2' }, key: 'x3', a: { secret: 'x4' } },
      'm',
    )
    expect(lines.join('')).not.toMatch(/x[1-4]/)
  })
})
