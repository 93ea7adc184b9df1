import { join } from 'node:path'
import { BatchedPredictionLog, type BatchedPredictionLogOptions } from './batched-prediction-log.js'
import { copiedModelOf } from './entry.js'
import { LogThread, type LogThreadData } from './log-thread.js'
import type { PredictionLog } from './prediction-log.js'

export interface StartOptions extends Omit<BatchedPredictionLogOptions, 'models' | 'link'>, LogThreadData {}

/** Opens the spool in the folder `spool` of the process's, with what an earlier process left in it, and begins to deliver. */
export async function startPredictionLog(options: StartOptions): Promise<PredictionLog> {
  const { service, environment, models, spoolBytes, registryUrl, secret, logLevel, log, pause } = options
  const folder = join(options.folder, 'spool')
  const written = models.map(({ name, contract, sample }) => ({ name, contract, sample }))
  const link = new LogThread(
    { service, environment, models: written, folder, spoolBytes, registryUrl, secret, logLevel },
    { log, pause },
  )
  const copied = models.map(({ name, contract, sample }) => [name, copiedModelOf(contract, sample)] as const)
  const predictionLog = new BatchedPredictionLog({ ...options, models: new Map(copied), link })
  await link.opened
  return predictionLog
}
