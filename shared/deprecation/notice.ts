import { ModelgraphError } from '../errors/modelgraph-error.js'

/** What callers of a deprecated model or version are told. */
export interface Notice {
  /** From then on it answers nobody, in milliseconds since the epoch. */
  readonly sunsetAt: number
  readonly reason: string
  /** What to ask instead: a model (`fraud-detector`) or a version (`fraud-detector@3`); null where there is nothing. */
  readonly replacement: string | null
}

/** The notices of one model: of the model itself, and of single versions by their number. */
export interface Notices {
  readonly model?: Notice
  readonly versions: Readonly<Record<string, Notice>>
}

/** What holds for a version: its own notice or its model's, whichever sunset comes first. */
export function noticeFor({ model, versions }: Notices, version: number): Notice | undefined {
  const own = versions[version]
  if (!model || !own) return own ?? model
  return own.sunsetAt < model.sunsetAt ? own : model
}

/** Whether the sunset has come, `now` in milliseconds since the epoch. */
export function isRetired(notice: Notice | undefined, now: number): notice is Notice {
  return notice !== undefined && notice.sunsetAt <= now
}

/** `MODEL_RETIRED` for a model or version, by its name. */
export function retired(name: string, { sunsetAt, reason, replacement }: Notice): ModelgraphError {
  const sunset = new Date(sunsetAt).toISOString()
  const instead = replacement === null ? 'Nothing replaces it.' : `Use ${replacement} instead.`
  const message = `${name} was retired at ${sunset}. ${instead} Reason: ${reason}`
  return new ModelgraphError('MODEL_RETIRED', message, { retired: name, sunsetAt: sunset, replacement })
}
