import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PROJECT_ROOT } from '../../cli/project-root.js'
import { type Network, startNetwork } from './network.js'
import type { Ports } from './processes.js'

const ANY_PORTS = { PORT: 0, REGISTRY_PORT: 0, PATIENTS_PORT: 0, DIAGNOSTICS_PORT: 0, VISION_PORT: 0, FRAUD_PORT: 0 }
const START_MS = 180_000

const dataFolder = mkdtempSync(join(tmpdir(), 'modelgraph-network-'))
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }))

describe('a network', () => {
  let network: Network
  const lines: string[] = []

  beforeAll(async () => {
    network = await started()
  }, START_MS)

  afterAll(() => network?.stop(), 60_000)

  it('is refused to a second launcher on its data folder', async () => {
    await expect(started()).rejects.toThrow(`Modelgraph already runs on the data folder ${dataFolder}`)
  })

  it('goes without a process that is killed, and takes it back on its port', { timeout: 60_000 }, async () => {
    const { url } = processNamed(network, 'patients')
    await network.kill('patients')
    expect((await ask(network)).errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE')
    await network.restart('patients')
    expect(processNamed(network, 'patients').url).toBe(url)
    await vi.waitFor(async () => expect((await ask(network)).data.patient.id).toBe('1'), { timeout: 30_000 })
  })

  it('starts a process again that crashes', { timeout: 60_000 }, async () => {
    const { pid, url } = processNamed(network, 'fraud')
    process.kill(pid!, 'SIGKILL')
    await vi.waitFor(() => expect(lines).toContain('fraud is back.'), { timeout: 30_000, interval: 50 })
    expect(processNamed(network, 'fraud').url).toBe(url)
    expect((await fetch(new URL('/health/live', url))).status).toBe(200)
  })

  it('starts again as it was, under a launcher that leaves no process behind', { timeout: START_MS }, async () => {
    const { keys } = network
    const supergraph = await supergraphOf(network)
    const ports = portsOf(network)
    await network.stop()
    const launcher = launch(ports)
    const message = await launcher.said('curl -s ')
    expect(await supergraphOf(network)).toBe(supergraph)
    expect(JSON.parse(readFileSync(join(dataFolder, 'dev-keys.json'), 'utf8'))).toEqual(keys)
    expectFirstPrediction(message.split('\n').find((text) => text.startsWith('curl')) ?? '')
    const processes = descendantsOf(launcher.pid)
    expect(processes.length).toBeGreaterThanOrEqual(Object.keys(ports).length)
    launcher.kill('SIGKILL')
    await vi.waitFor(() => expect(processes.filter(isAlive)).toEqual([]), { timeout: 30_000, interval: 100 })
  })

  function started(): Promise<Network> {
    return startNetwork({ dataFolder, ports: ANY_PORTS, settings: SYSTEM, say: (line) => void lines.push(line) })
  }
})

describe('the launcher', () => {
  it('stops on SIGTERM, also while it starts, with exit code 0', { timeout: 60_000 }, async () => {
    const launcher = launch(ANY_PORTS)
    await launcher.said('Starting')
    await vi.waitFor(() => expect(descendantsOf(launcher.pid)).not.toEqual([]), { timeout: 30_000, interval: 50 })
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

const SYSTEM = { PATH: process.env.PATH ?? '', LOG_LEVEL: 'warn' }

function processNamed(network: Network, name: string) {
  return network.processes.find((process) => process.name === name)!
}

function portsOf(network: Network): Ports {
  const port = (name: string) => Number(new URL(processNamed(network, name).url).port)
  return {
    PORT: port('gateway'),
    REGISTRY_PORT: port('registry'),
    PATIENTS_PORT: port('patients'),
    DIAGNOSTICS_PORT: port('diagnostics'),
    VISION_PORT: port('vision'),
    FRAUD_PORT: port('fraud'),
  }
}

async function ask({ gatewayUrl, keys }: Network) {
  const response = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.app}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ patient(id: "1") { id } }' }),
  })
  return JSON.parse(await response.text())
}

async function supergraphOf({ gatewayUrl }: Network): Promise<number> {
  return (JSON.parse(await (await fetch(`${gatewayUrl}/health/ready`)).text()) as { supergraph: number }).supergraph
}

/** The launcher as its own process. */
function launch(ports: Ports) {
  const settings = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]))
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/deploy/launcher/main.js')], {
    env: { ...SYSTEM, ...settings, MODELGRAPH_DATA: dataFolder },
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
