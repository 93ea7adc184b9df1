import type { Registry } from 'prom-client'
import type { Engine } from '../../inference/engine.js'
import { createAnswerCacheMetrics } from '../../telemetry/answer-cache-metrics.js'
import type { Model } from '../subgraph.js'
import { AnswerCache } from './answer-cache.js'
import { CachedModel } from './cached-model.js'

export interface AnswerCacheOptions {
  /** Room for all models of the process; 0 for no cache. */
  readonly capacityBytes: number
  readonly engine: Pick<Engine, 'run'>
  readonly register: Registry
}

/** One cache for the models of a process that allow it; tells nothing for one that does not. */
export function openAnswerCache(options: AnswerCacheOptions): (model: Model) => CachedModel | undefined {
  const { capacityBytes, engine, register } = options
  if (capacityBytes === 0) return () => undefined
  const cache = new AnswerCache(capacityBytes)
  const { read: onRead } = createAnswerCacheMetrics(cache, register)
  return ({ compiled: contract, cacheable }) =>
    cacheable ? new CachedModel({ contract, cache, engine, onRead }) : undefined
}
