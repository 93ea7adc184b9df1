import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { ModelDocument } from '../models/model-document.js'
import { versionNotFound } from '../models/not-found.js'
import type { OutcomeMetric } from '../statistics/outcome-metric.js'
import { versionId } from '../versions/version-document.js'
import type { Reading } from './compare-versions.js'

export interface ReadingRequest {
  readonly metric: OutcomeMetric
  readonly window: { readonly from: Date; readonly to: Date }
  readonly output?: string | null
  readonly confidence: number
  readonly threshold: number
}

const LONGEST_WINDOW_MS = 400 * 86_400_000
export const LARGEST_VERSIONS = 20

/** The reading that is asked for; throws `BAD_USER_INPUT` for one that makes no sense. */
export function requireReading({ metric, window, output = null, confidence, threshold }: ReadingRequest): Reading {
  const [from, to] = [window.from.getTime(), window.to.getTime()]
  const span = to - from
  if (!(span > 0 && span <= LONGEST_WINDOW_MS)) {
    throw badInput('window', 'a time, then a later one, at most 400 days apart', `${span} ms`)
  }
  if (!(confidence >= 0.5 && confidence <= 0.9999)) {
    throw badInput('confidence', 'a number from 0.5 to 0.9999', String(confidence))
  }
  return { metric, output, confidence, threshold, from, to }
}

/** Throws `MODEL_NOT_FOUND` for a version the model does not have. */
export function requireVersions(versions: readonly number[], { _id: model, latestVersion }: ModelDocument): void {
  if (versions.length < 1 || versions.length > LARGEST_VERSIONS) {
    throw badInput('versions', `1 to ${LARGEST_VERSIONS} versions`, String(versions.length))
  }
  const unknown = versions.find((version) => version < 1 || version > latestVersion)
  if (unknown !== undefined) throw versionNotFound(versionId(model, unknown), latestVersion)
}

function badInput(path: string, expected: string, received: string): ModelgraphError {
  const message = `${path} is ${received}; expected ${expected}.`
  return new ModelgraphError('BAD_USER_INPUT', message, { path, expected, received })
}
