import { setInterval } from 'node:timers/promises'
import type { Ask } from './client.js'
import type { HistoryRecord } from './rollout-client.js'

/** Each client asks so often, in milliseconds: clients that ask as fast as they can leave what they watch no processor. */
export const PACE_MS = 40

/** One answer to one client, and what is known of the moments between its question and it. */
export interface RoutedAnswer {
  readonly version: number
  readonly route: string
  /** The replica was known to follow this revision, or a later one, when it was asked. */
  readonly atLeast: number
  /** When it was answered, in milliseconds since the epoch. */
  readonly endedAt: number
}

export interface Traffic {
  readonly answers: RoutedAnswer[]
  /** Texts of what had an error. */
  readonly failed: string[]
  /** Lets every client end with its answer. */
  stop(): Promise<void>
}

/** Clients that ask a query with a variable `key` at their pace; its fields are predictions with their provenance. */
export function startTraffic(app: Ask, { clients, query, variables, followed }: TrafficOptions): Traffic {
  const [answers, failed] = [[], []] as [RoutedAnswer[], string[]]
  let going = true
  let asked = 0
  const client = async () => {
    for await (const _ of setInterval(PACE_MS)) {
      if (!going) return
      const atLeast = followed()
      const { data, errors, text } = await app(query, { ...variables, key: `customer-${asked++}` })
      const endedAt = Date.now()
      if (errors.length > 0 || !data) failed.push(text)
      else answers.push(...Object.values<Provenance>(data).map((field) => ({ ...sourceOf(field), atLeast, endedAt })))
    }
  }
  const running = Promise.all(Array.from({ length: clients }, client))
  const stop = async () => {
    going = false
    await running
  }
  return { answers, failed, stop }
}

export interface TrafficOptions {
  readonly clients: number
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** The latest revision that the replica is known to follow. */
  readonly followed: () => number
}

interface Provenance {
  readonly route: string
  readonly servedBy: { readonly version: number }
}

function sourceOf({ route, servedBy }: Provenance): Pick<RoutedAnswer, 'version' | 'route'> {
  return { version: servedBy.version, route }
}

/** Answers that no revision in force between question and answer allows; `history` in the order of its revisions. */
export function illegalAmong(answers: readonly RoutedAnswer[], history: readonly HistoryRecord[]): RoutedAnswer[] {
  const changes = history.map((record) => ({ ...record, time: Date.parse(record.at) }))
  return answers.filter(
    (answer) =>
      !changes.some(
        (change) =>
          change.revision >= answer.atLeast &&
          change.time <= answer.endedAt &&
          allows(change, answer.version, answer.route),
      ),
  )
}

/** Whether a split lets this version answer by this route. */
export function allows({ to: { champion, canary } }: HistoryRecord, version: number, route: string): boolean {
  if (route === 'CHAMPION') return version === champion
  return route === 'CANARY' && canary !== null && canary.weight > 0 && version === canary.version
}
