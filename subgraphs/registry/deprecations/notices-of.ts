import { isRetired, type Notice, type Notices, noticeFor, retired } from '../../../shared/deprecation/notice.js'
import type { ModelDocument } from '../models/model-document.js'
import { versionId } from '../versions/version-document.js'
import type { Deprecation } from './deprecation-document.js'

/** What subgraphs are told of a model's deprecations; undefined where there are none. */
export function noticesOf({ deprecations }: Pick<ModelDocument, 'deprecations'>): Notices | undefined {
  if (!deprecations) return undefined
  const { model, versions } = deprecations
  if (!model && Object.keys(versions).length === 0) return undefined
  return {
    ...(model && { model: noticeOf(model) }),
    versions: Object.fromEntries(Object.entries(versions).map(([version, each]) => [version, noticeOf(each)])),
  }
}

/** The notice by which a version is retired, its own or its model's; undefined while it is not. */
export function retirementOf(model: ModelDocument, version: number, now: number): Notice | undefined {
  const notices = noticesOf(model)
  const notice = notices && noticeFor(notices, version)
  return isRetired(notice, now) ? notice : undefined
}

/** Throws `MODEL_RETIRED` when one of these versions answers nobody any more. */
export function refuseRetired(model: ModelDocument, versions: readonly number[], now: number): void {
  for (const version of versions) {
    const notice = retirementOf(model, version, now)
    if (notice) throw retired(versionId(model._id, version), notice)
  }
}

/** Throws `MODEL_RETIRED` when the model itself answers nobody any more. */
export function refuseRetiredModel({ _id, deprecations }: ModelDocument, now: number): void {
  const notice = deprecations?.model ? noticeOf(deprecations.model) : undefined
  if (isRetired(notice, now)) throw retired(_id, notice)
}

function noticeOf({ sunsetAt, reason, replacement }: Deprecation): Notice {
  return { sunsetAt: sunsetAt.getTime(), reason, replacement }
}
