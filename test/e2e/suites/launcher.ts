import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startNetwork } from '../../../deploy/launcher/network.js'
import type { Ports } from '../../../deploy/launcher/processes.js'
import { PROJECT_ROOT } from '../../../shared/process/project-root.js'
import { until } from '../../../shared/testing/until.js'
import { ANY_PORTS, app, network } from '../network.js'

const PATIENT = '{ patient(id: "1") { id } }'

describe('a network', () => {
  it('is refused to a second launcher on its data folder', async () => {
    const { dataFolder } = network
    const second = startNetwork({ dataFolder, ports: ANY_PORTS })
    await expect(second).rejects.toThrow(`Modelgraph already runs on the data folder ${dataFolder}`)
  })

  it('goes without a process that is killed, and takes it back on its port', async () => {
    const { url } = network.process('patients')
    await network.kill('patients')
    expect((await app(PATIENT)).errors[0]!.extensions.code).toBe('SUBGRAPH_UNAVAILABLE')
    await network.restart('patients')
    expect(network.process('patients').url).toBe(url)
    await until(async () => (await app(PATIENT)).data?.patient?.id === '1')
  })

  it('starts a process again that crashes', async () => {
    const { pid, url } = network.process('fraud')
    process.kill(pid!, 'SIGKILL')
    await until(async () => network.said.includes('fraud is back.'))
    expect(network.process('fraud').url).toBe(url)
    expect((await fetch(new URL('/health/live', url))).status).toBe(200)
  })

  it('starts again as it was, under a launcher that leaves no process behind', async () => {
    const { keys } = network
    const supergraph = await supergraphNow()
    const ports = portsNow()
    await network.stop()
    const launcher = launch(ports)
    const message = await launcher.said('curl -s ')
    expect(await supergraphNow()).toBe(supergraph)
    expect(JSON.parse(readFileSync(join(network.dataFolder, 'dev-keys.json'), 'utf8'))).toEqual(keys)
    expectFirstPrediction(message.split('\n').find((text) => text.startsWith('curl')) ?? '')
    const processes = descendantsOf(launcher.pid)
    expect(processes.length).toBeGreaterThanOrEqual(Object.keys(ports).length)
    launcher.kill('SIGKILL')
    await until(async () => !processes.some(isAlive))
  })
})

describe('the launcher', () => {
  it('stops on SIGTERM, also while it starts, with exit code 0', async () => {
    const launcher = launch(ANY_PORTS)
    await launcher.said('Starting')
    await until(async () => descendantsOf(launcher.pid).length > 0)
    const processes = descendantsOf(launcher.pid)
    launcher.kill('SIGTERM')
    expect(await launcher.exitCode).toBe(0)
    expect([processes.filter(isAlive), launcher.complaints()]).toEqual([[], ''])
  })
})

/** Pastes the line into a shell, as a newcomer does. */
function expectFirstPrediction(line: string): void {
  const { data } = JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8' }))
  expect(data.patient).toMatchObject({
    id: '1',
    malignancyRisk: { route: 'CHAMPION', servedBy: { version: 1, model: { team: { name: 'diagnostics' } } } },
  })
}

function portsNow(): Ports {
  const port = (name: string) => Number(new URL(network.process(name).url).port)
  return {
    PORT: port('gateway'),
    REGISTRY_PORT: port('registry'),
    PATIENTS_PORT: port('patients'),
    DIAGNOSTICS_PORT: port('diagnostics'),
    VISION_PORT: port('vision'),
    FRAUD_PORT: port('fraud'),
  }
}

async function supergraphNow(): Promise<number> {
  const response = await fetch(new URL('/health/ready', network.gatewayUrl))
  return ((await response.json()) as { supergraph: number }).supergraph
}

/** The launcher as its own process. */
function launch(ports: Ports) {
  const settings = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]))
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/deploy/launcher/main.js')], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...settings, MODELGRAPH_DATA: network.dataFolder },
  })
  let output = ''
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text
  })
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const said = async (text: string): Promise<string> => {
    while (!output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`The launcher ended: ${errors}`)
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    }
    return output
  }
  return {
    pid: child.pid!,
    said,
    complaints: () => errors,
    exitCode: once(child, 'exit').then(([code]) => code as number | null),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
  }
}

function descendantsOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const processes = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    processes.flatMap(([child = 0, by]) => (by === parent ? [child, ...below(child)] : []))
  return below(pid)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
