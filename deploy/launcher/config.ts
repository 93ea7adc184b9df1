import { z } from 'zod'
import { readConfig } from '../../shared/config/read.js'
import type { Ports } from './processes.js'

const port = (standard: number) => {
  const error = 'expected a port from 0 to 65535'
  return z.coerce.number({ error }).int({ error }).min(0, { error }).max(65_535, { error }).default(standard)
}

const settings = z.object({
  PORT: port(4000),
  REGISTRY_PORT: port(4001),
  PATIENTS_PORT: port(4002),
  DIAGNOSTICS_PORT: port(4003),
  VISION_PORT: port(4004),
  FRAUD_PORT: port(4005),
  MODELGRAPH_DATA: z.string().default('.modelgraph'),
})

/** Secrets that are not for every process. */
const WITHHELD = ['MODELGRAPH_KEY', 'MODELGRAPH_DEV_KEYS']

/** What the operating system and Node themselves want to know. */
const OF_THE_SYSTEM = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TZ', 'LANG', 'SystemRoot', 'NODE_OPTIONS', 'LOG_LEVEL']

export interface LauncherConfig {
  readonly dataFolder: string
  readonly ports: Ports
}

/** Reads the launcher's own settings. Throws `ConfigError`, one sentence, for a wrong one. */
export function readLauncherConfig(env: NodeJS.ProcessEnv = process.env): LauncherConfig {
  const { MODELGRAPH_DATA: dataFolder, ...ports } = readConfig(settings, env)
  return { dataFolder, ports }
}

/**
 * Settings that were given to the launcher and are meant for the processes it starts, which check them themselves. The
 * database's address holds a password, so only the registry sees it.
 */
export function settingsForProcesses(env: NodeJS.ProcessEnv = process.env) {
  const chosen = (wanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value && wanted(name) ? [[name, value]] : [])))
  return {
    settings: chosen(
      (name) => OF_THE_SYSTEM.includes(name) || (name.startsWith('MODELGRAPH_') && !WITHHELD.includes(name)),
    ),
    registrySettings: chosen((name) => name.startsWith('MONGODB_')),
  }
}

/** Whether npm runs us, as `npm start`. */
export function isRunByNpm(env: NodeJS.ProcessEnv = process.env): boolean {
  return env.npm_lifecycle_event !== undefined
}
