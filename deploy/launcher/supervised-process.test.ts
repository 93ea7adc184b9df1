import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from './clock.js'
import { SupervisedProcess } from './supervised-process.js'

const folder = mkdtempSync(join(tmpdir(), 'modelgraph-supervised-'))

const SERVES = `
  import { createServer } from 'node:http'
  const server = createServer((request, response) => response.end('pid ' + process.pid))
  server.listen(Number(process.env.PORT), '127.0.0.1', () =>
    process.send({ type: 'ready', url: 'http://127.0.0.1:' + server.address().port }))
  process.on('disconnect', () => process.exit(0))
`
const started: SupervisedProcess[] = []

afterEach(() => Promise.all(started.splice(0).map((process) => process.kill())))

describe('a supervised process', () => {
  it('listens when its start resolves, and has gone when its stop resolves', async () => {
    const { process } = supervised(`${SERVES}; process.on('SIGTERM', () => process.exit(0))`)
    await process.start()
    expect(await pidAt(process.url)).toBe(process.pid)
    await process.stop()
    await expect(fetch(process.url)).rejects.toThrow()
  })

  it('comes back on its port when it crashes, and says so', async () => {
    const { process: supervisedProcess, said } = supervised(SERVES)
    await supervisedProcess.start()
    const { url, pid } = supervisedProcess
    process.kill(pid!, 'SIGKILL')
    expect(await said('unexpectedly')).toBe(
      'sample stopped unexpectedly (killed by SIGKILL); it is started again in 0.25 s.',
    )
    await said('sample is back.')
    expect(supervisedProcess.url).toBe(url)
    expect(await pidAt(url)).not.toBe(pid)
  })

  it('waits longer from crash to crash', async () => {
    const { process: supervisedProcess, said } = supervised(SERVES)
    await supervisedProcess.start()
    for (const delay of ['0.25 s', '0.5 s', '1 s']) {
      process.kill(supervisedProcess.pid!, 'SIGKILL')
      await said(`started again in ${delay}`)
      await said('sample is back.')
    }
  })

  it('stays down when it is killed on purpose, until it is started again', async () => {
    const { process, lines } = supervised(SERVES)
    await process.start()
    const { url } = process
    await process.kill()
    await expect(fetch(url)).rejects.toThrow()
    await process.start()
    expect(process.url).toBe(url)
    expect(lines).toEqual([])
  })

  it('that cannot start rejects with its last words', async () => {
    const { process } = supervised(
      `process.stderr.write('a hint\\nsample: The setting X is wrong.\\n'); process.exit(1)`,
    )
    await expect(process.start()).rejects.toThrow('The sample process did not start. sample: The setting X is wrong.')
  })

  it('that never says ready is killed', async () => {
    const { process } = supervised('setInterval(() => {}, 1000)', { startMs: 0 })
    await expect(process.start()).rejects.toThrow('it was not ready after 0 s')
    expect(await process.stop()).toBeUndefined()
  })

  it('that does not stop by itself is killed', async () => {
    const { process, lines } = supervised(`${SERVES}; process.on('SIGTERM', () => {})`, { stopMs: 1 })
    await process.start()
    await process.stop()
    await expect(fetch(process.url)).rejects.toThrow()
    expect(lines).toEqual(['sample does not stop by itself; it is killed.'])
  })
})

/** A process with this source. Waits between crashes take no time; `said` resolves with the next line that holds a text. */
function supervised(source: string, bounds: { startMs?: number; stopMs?: number } = {}) {
  const script = join(mkdtempSync(join(folder, 'sample-')), 'main.mjs')
  writeFileSync(script, source)
  const lines: string[] = []
  let heard = 0
  let news = () => {}
  const say = (line: string) => {
    lines.push(line)
    news()
  }
  const said = async (text: string): Promise<string> => {
    while (heard < lines.length) {
      const line = lines[heard++]!
      if (line.includes(text)) return line
    }
    await new Promise<void>((resolve) => {
      news = resolve
    })
    return said(text)
  }
  const process = new SupervisedProcess(
    { name: 'sample', script, log: `${script}.log`, port: 0, env: (port) => ({ PORT: String(port) }) },
    { clock: impatient, say, startMs: 60_000, stopMs: 60_000, ...bounds },
  )
  started.push(process)
  return { process, said, lines }
}

/** Waits between crashes are over at once; the bounds of a minute are real. */
const impatient: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => (ms < 60_000 ? Promise.resolve() : systemClock.sleep(ms, signal)),
}

async function pidAt(url: string): Promise<number> {
  return Number((await (await fetch(url)).text()).replace('pid ', ''))
}
