import { join } from 'node:path'
import type { Contract } from '../contract/declaration.js'
import type { Environment } from '../control/protocol.js'
import { type PredictionLog, type PredictionLogOptions, SpooledPredictionLog } from './prediction-log.js'
import { recordedFieldsOf } from './recorded-fields.js'
import { Spool } from './spool.js'

/** A model whose predictions are recorded. */
export interface LoggedModel {
  readonly name: string
  readonly contract: Contract
  /** Share of rows that are recorded, in percent. */
  readonly sample: number
}

export interface StartOptions extends Omit<PredictionLogOptions, 'models' | 'spool'> {
  readonly environment: Environment
  readonly models: readonly LoggedModel[]
  /** Folder of the process; the log keeps `spool` in it. */
  readonly folder: string
  /** Bytes of the spool, at most. */
  readonly spoolBytes: number
}

/** Opens the spool, with what an earlier process left in it, and begins to deliver. */
export async function startPredictionLog({
  models,
  folder,
  spoolBytes,
  ...rest
}: StartOptions): Promise<PredictionLog> {
  const spool = await Spool.open({ folder: join(folder, 'spool'), limitBytes: spoolBytes })
  const recorded = models.map(
    ({ name, contract, sample }) => [name, { fields: recordedFieldsOf(contract), sample }] as const,
  )
  return new SpooledPredictionLog({ ...rest, models: new Map(recorded), spool })
}
