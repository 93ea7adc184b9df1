import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settingsOf } from './house/settings.js'
import { ROOT, sourceFiles } from './house/source-files.js'
import { parseYaml } from './house/yaml.js'

interface Service {
  readonly image?: string
  readonly user?: string
  readonly build?: { readonly target: string }
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly configs?: readonly { readonly source: string; readonly target: string }[]
  readonly healthcheck?: { readonly test: readonly string[] }
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: object
  readonly configs: Readonly<Record<string, { readonly file: string }>>
}

const compose = parseYaml(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as unknown as Compose
const services = Object.entries(compose.services)
const ours = services.flatMap(([name, service]) =>
  service.build ? [{ name, ...service, target: service.build.target }] : [],
)
const stages = readStages(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))
const settings = new Map(
  sourceFiles()
    .filter(({ path }) => path.endsWith('config.ts'))
    .map((file) => [file.path, settingsOf(file)]),
)

describe('docker-compose.yml', () => {
  it('has every process, MongoDB, and what runs once', () => {
    expect(services.map(([name]) => name)).toEqual([
      ...['mongodb', 'secrets', 'registry', 'patients', 'diagnostics', 'vision', 'fraud', 'gateway', 'publish'],
    ])
  })

  it.each(ours)('$name is a target of the Dockerfile whose main file exists', ({ target }) => {
    const command = stages[target]?.command ?? []
    expect(command[0]).toBe('node')
    expect(existsSync(join(ROOT, sourceOf(command[1] ?? '')))).toBe(true)
  })

  it.each(ours)('$name runs as a user without rights', ({ target, user }) => {
    expect(user).toBeUndefined()
    expect(usersOf(target)).toEqual(['node'])
  })

  it.each(ours)(
    '$name is given variables that it reads, and all it cannot do without',
    ({ target, environment = {} }) => {
      const known = settingsReadBy(target)
      const given = Object.keys({ ...stages[target]?.environment, ...environment })
      expect(given.map((name) => name.replace(/_FILE$/, '')).filter((name) => !known.includes(name))).toEqual([])
      if (known.includes('MODELGRAPH_MESH_SECRET')) expect(given).toContain('MODELGRAPH_MESH_SECRET_FILE')
      if (known.includes('MODELGRAPH_REGISTRY_URL')) expect(given).toContain('MODELGRAPH_REGISTRY_URL')
    },
  )

  it('names other services by the port on which they listen', () => {
    const urls = ours
      .flatMap(({ environment = {} }) => Object.values(environment))
      .filter((value) => /^http/.test(value))
    expect(urls.length).toBeGreaterThan(0)
    for (const url of urls) {
      const { hostname, port } = new URL(url)
      expect([url, stages[hostname]?.environment.PORT, stages[hostname]?.exposed]).toEqual([url, port, port])
    }
  })

  it('publishes the port of the gateway on this machine only, and no other', () => {
    const published = services.filter(([, { ports }]) => ports).map(([name, { ports }]) => [name, ports])
    expect(published).toEqual([['gateway', [`127.0.0.1:\${PORT:-4000}:${stages.gateway?.environment.PORT}`]]])
  })

  it('waits only for what is there to be waited for', () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const service = compose.services[other]
        expect([name, other, service !== undefined]).toEqual([name, other, true])
        const healthy = service?.healthcheck !== undefined || !stages[service?.build?.target ?? '']?.withoutHealth
        expect([name, other, condition]).toEqual([
          name,
          other,
          healthy ? 'service_healthy' : 'service_completed_successfully',
        ])
      }
    }
  })

  it('declares the volumes and files it mounts', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]))
    expect(Object.keys(compose.volumes).sort()).toEqual([...new Set(mounted)].sort())
    for (const { file } of Object.values(compose.configs)) expect(existsSync(join(ROOT, file))).toBe(true)
  })

  it('keeps the development keys from all but those who need them', () => {
    const holders = services.filter(([, { volumes = [] }]) => volumes.some((volume) => volume.startsWith('keys:')))
    expect(holders.map(([name]) => name)).toEqual(['secrets', 'registry', 'publish'])
  })

  it('runs MongoDB as the replica set of one node that its health check makes', () => {
    const { image, user, healthcheck, configs } = compose.services.mongodb ?? {}
    expect([image, user]).toEqual(['mongo:8', 'mongodb'])
    expect(healthcheck?.test.at(-1)).toBe(configs?.[0]?.target)
    const script = readFileSync(join(ROOT, compose.configs[configs?.[0]?.source ?? '']?.file ?? ''), 'utf8')
    expect(script).toContain("_id: 'modelgraph'")
    expect(compose.services.registry?.environment?.MONGODB_URI).toBe(
      'mongodb://mongodb:27017/modelgraph?replicaSet=modelgraph',
    )
  })
})

describe('the Dockerfile', () => {
  it('copies nothing that is not there', () => {
    const copied = Object.values(stages).flatMap(({ copies }) => copies)
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('copies every folder that is compiled', () => {
    const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as { include: string[] }
    expect(stages.build?.copies).toEqual(expect.arrayContaining(include.map((glob) => glob.split('/')[0])))
  })

  it('checks the health of every process that stays', () => {
    const health = stages.runtime?.health ?? ''
    expect(existsSync(join(ROOT, health))).toBe(true)
    const staying = ours.filter(({ name }) => !['secrets', 'publish'].includes(name))
    expect(staying.filter(({ target }) => stages[target]?.withoutHealth)).toEqual([])
  })
})

interface Stage {
  readonly base: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly exposed: string | undefined
  readonly user: string | undefined
  readonly health: string | undefined
  readonly withoutHealth: boolean
  /** What is copied out of the project. */
  readonly copies: readonly string[]
}

/** The stages of a Dockerfile by name, with what they say themselves. */
function readStages(text: string): Readonly<Record<string, Stage>> {
  const joined = text.replaceAll(/\\\n\s*/g, '')
  const stages = joined
    .split(/^FROM /m)
    .slice(1)
    .map((stage) => `FROM ${stage}`)
  return Object.fromEntries(stages.map((stage) => [/^FROM \S+ AS (\S+)/.exec(stage)?.[1], readStage(stage)]))
}

function readStage(text: string): Stage {
  const lines = text.split('\n')
  const argumentsOf = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const health = argumentsOf('HEALTHCHECK')[0]
  const pairs = argumentsOf('ENV').flatMap((line) =>
    line.split(' ').map((pair) => pair.split('=', 2) as [string, string]),
  )
  return {
    base: argumentsOf('FROM')[0]?.split(' ')[0] ?? '',
    command: JSON.parse(argumentsOf('CMD')[0] ?? '[]'),
    environment: Object.fromEntries(pairs),
    exposed: argumentsOf('EXPOSE')[0],
    user: argumentsOf('USER')[0],
    health: health && /CMD \["node", "(.*)"\]/.exec(health)?.[1],
    withoutHealth: health === 'NONE',
    copies: argumentsOf('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1)),
  }
}

/** The users a target and the stages below it switch to. */
function usersOf(target: string): string[] {
  const stage = stages[target]
  return stage ? [...usersOf(stage.base), ...(stage.user ? [stage.user] : [])] : []
}

function sourceOf(compiled: string): string {
  return compiled.replace(/^dist\//, '').replace(/\.js$/, '.ts')
}

/** What the config.ts of a target's process reads; teams' subgraphs share the one of shared/serving. */
function settingsReadBy(target: string): string[] {
  const folder = sourceOf(stages[target]?.command[1] ?? '').replace(/\/[^/]*$/, '')
  const own = settings.get(`${folder}/config.ts`) ?? settings.get('shared/serving/config.ts') ?? []
  return [...own, 'NODE_ENV', ...(folder === 'deploy/container' ? ['HOST', 'MODELGRAPH_DATA'] : [])]
}
