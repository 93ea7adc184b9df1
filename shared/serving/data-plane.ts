import { randomFillSync, randomUUID } from 'node:crypto'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Registry } from 'prom-client'
import type { CompiledContract } from '../contract/compiled.js'
import type { ControlClient } from '../control/client.js'
import { createControlClient } from '../control/client.js'
import { createEngine } from '../inference/create-engine.js'
import { observePredictionLog } from '../prediction-log/log-counts.js'
import { NO_PREDICTION_LOG, type PredictionLog } from '../prediction-log/prediction-log.js'
import { startPredictionLog } from '../prediction-log/start-prediction-log.js'
import { Breakers } from '../rollout/breaker.js'
import { createLoadMetrics } from '../telemetry/load-metrics.js'
import type { Log } from '../telemetry/log.js'
import { createPredictionMetrics } from '../telemetry/prediction-metrics.js'
import { registerProcessMetrics } from '../telemetry/process-metrics.js'
import { createShadowMetrics } from '../telemetry/shadow-metrics.js'
import { openAnswerCache } from './cache/open-answer-cache.js'
import { systemClock as clock } from './clock.js'
import type { ServingConfig } from './config.js'
import { Admission, type Rank } from './load/admission.js'
import type { AnsweredField } from './predict/answered-field.js'
import { createPredictionIds } from './predict/prediction-id.js'
import { recordAnswers, recordShadow } from './predict/record-answers.js'
import { predictionResolvers } from './predict/resolvers.js'
import { type ShadowedRows, Shadows } from './predict/shadows.js'
import { traceAnswer } from './predict/trace-answer.js'
import type { Resolvers } from './schema/resolvers.js'
import type { Model, Subgraph } from './subgraph.js'
import type { Readiness } from './versions/readiness.js'
import { Registration } from './versions/registration.js'
import { startVersions } from './versions/versions.js'

/** What answers predictions in a subgraph's process. */
export interface DataPlane {
  readonly resolvers: Resolvers
  readonly metrics: Registry
  /** Of the operations that are under way. */
  readonly operations: Admission
  readiness(): Readiness
  /** Tells the registry that this process can be asked at an endpoint, until the registration is ended. */
  register(endpoint: string): Registration
  /** Ends what runs and waits, then frees every session. */
  close(): Promise<void>
}

/** A version that fails ten rows in a row is spared for ten seconds. */
const BREAKER = { failures: 10, openMs: 10_000 }

/** Wires engine, versions and resolvers with the system's clock and randomness. What was remembered is loaded when it resolves. */
export async function startDataPlane({ name, models }: Subgraph, config: ServingConfig, log: Log): Promise<DataPlane> {
  const { limits, environment, dataFolder: folder, memoryBudgetBytes, answerCacheBytes: capacityBytes } = config
  const register = new Registry()
  registerProcessMetrics(register)
  const metrics = createPredictionMetrics(register)
  const engine = createEngine({ memoryBudgetBytes, onRun: metrics.ran, log })
  metrics.observe(engine)
  const client = controlClient(name, config)
  const breakers = new Breakers({ ...BREAKER, monotonic: clock.monotonic })
  const replica = randomUUID()
  const following = {
    client,
    environment,
    replica,
    folder,
    log,
    pause,
    random: Math.random,
    now: clock.now,
  }
  const versions = await startVersions({ models, engine, breakers, ...following })
  const newId = createPredictionIds(clock.now, randomFillSync)
  const predictionLog = await openPredictionLog(name, models, config, log)
  observePredictionLog(() => predictionLog.status(), register)
  const { routing } = versions
  const onShadowed = (rows: ShadowedRows) => recordShadow(rows, predictionLog, newId)
  const shadowing = { engine, routing, metrics: createShadowMetrics(register), now: clock.now, schedule }
  const shadows = new Shadows({ ...shadowing, onShadowed })
  const onAnswered = (field: AnsweredField, contract: CompiledContract) => {
    recordAnswers(field, predictionLog)
    traceAnswer(field)
    shadows.follow(field, contract)
  }
  const load = admissions(config, register)
  const serving = { engine, routing, clock, newId, metrics, limits, admission: load.rows, onAnswered }
  return {
    resolvers: predictionResolvers(models, serving, openAnswerCache({ capacityBytes, engine, register })),
    metrics: register,
    operations: load.operations,
    readiness: () => ({ ...versions.readiness(), predictionLog: predictionLog.status() }),
    register: (url) =>
      new Registration({ client, replica: { subgraph: name, replica, url, startedAt: clock.now() }, log, pause }),
    async close() {
      await Promise.all([versions.stop(), engine.close()])
      await predictionLog.close()
      await client.close()
    },
  }
}

function admissions({ underWay }: ServingConfig, register: Registry) {
  const metrics = createLoadMetrics(register)
  const admission = (what: 'operations' | 'rows') => {
    const onRefused = (rank: Rank, amount: number) => metrics.refused(what, rank, amount)
    const load = new Admission({ what, most: underWay[what], monotonic: clock.monotonic, onRefused })
    metrics.observe(what, () => load.underWay)
    return load
  }
  return { operations: admission('operations'), rows: admission('rows') }
}

function openPredictionLog(
  service: string,
  models: readonly Model[],
  { environment, dataFolder: folder, predictionLog, registryUrl, secret, logLevel }: ServingConfig,
  log: Log,
): Promise<PredictionLog> {
  const { on, sample, spoolBytes } = predictionLog
  if (!on || models.length === 0) return Promise.resolve(NO_PREDICTION_LOG)
  const logged = models.map(({ name, compiled: { contract }, logSample = sample }) => ({
    name,
    contract,
    sample: logSample,
  }))
  const registry = { service, environment, registryUrl, secret }
  const means = { log, logLevel, pause, breathe: () => setImmediate(), random: Math.random }
  return startPredictionLog({ ...registry, ...means, models: logged, folder, spoolBytes })
}

function controlClient(service: string, { registryUrl, secret, environment }: ServingConfig): ControlClient {
  return createControlClient({ url: registryUrl, secret, service, environment, now: clock.now })
}

function schedule(turn: () => void): void {
  void setImmediate().then(turn)
}

function pause(ms: number, signal: AbortSignal): Promise<unknown> {
  return setTimeout(ms, undefined, { signal })
}
