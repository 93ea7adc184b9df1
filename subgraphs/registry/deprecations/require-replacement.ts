import { isRetired, noticeFor } from '../../../shared/deprecation/notice.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Database } from '../database/database.js'
import type { ModelDocument } from '../models/model-document.js'
import { requireModel } from '../models/models.js'
import { versionNotFound } from '../models/not-found.js'
import { versionId } from '../versions/version-document.js'
import { noticesOf } from './notices-of.js'
import type { Target } from './target.js'

const PATH = 'input.replacement'

/**
 * Refuses what cannot replace a model or version: itself, a version of another model, a version for a model, and what is
 * retired by the sunset itself, with `BAD_USER_INPUT`; what does not exist with `MODEL_NOT_FOUND`.
 */
export async function requireReplacement(
  database: Database,
  { model, version }: Target,
  replacement: string,
  sunsetAt: Date,
): Promise<void> {
  const [name, number] = parsed(replacement)
  const isSame = name === model._id
  if (number !== undefined && (version === null || !isSame)) throw misfit(version, model, replacement)
  if (isSame && (number === undefined || number === version)) throw misfit(version, model, replacement)
  const other = isSame ? model : await requireModel(database, name)
  if (number !== undefined && number > other.latestVersion) throw versionNotFound(replacement, other.latestVersion)
  refuseEnding(other, number, replacement, sunsetAt)
}

function parsed(replacement: string): readonly [string, number | undefined] {
  const match = /^(.*)@([1-9][0-9]{0,8})$/.exec(replacement)
  return match ? [match[1]!, Number(match[2])] : [replacement, undefined]
}

function misfit(version: number | null, { _id }: ModelDocument, received: string): ModelgraphError {
  const expected =
    version === null ? 'another model' : `another version of ${_id} (${versionId(_id, 1)}), or another model`
  const message = `${PATH} is ${JSON.stringify(received.slice(0, 80))}; expected ${expected}.`
  return new ModelgraphError('BAD_USER_INPUT', message, { path: PATH, expected, received: received.slice(0, 80) })
}

/** A replacement that ends when the replaced does, or before, replaces nothing. */
function refuseEnding(other: ModelDocument, number: number | undefined, replacement: string, sunsetAt: Date): void {
  const notices = noticesOf(other)
  const notice = notices && (number === undefined ? notices.model : noticeFor(notices, number))
  if (!isRetired(notice, sunsetAt.getTime())) return
  const expected = `something that answers after ${sunsetAt.toISOString()}`
  const received = `${replacement}, which is retired at ${new Date(notice.sunsetAt).toISOString()}`
  const message = `${PATH} is ${received}; expected ${expected}.`
  throw new ModelgraphError('BAD_USER_INPUT', message, { path: PATH, expected, received })
}
