import { expect } from 'vitest'
import type { Ask, GraphAnswer } from './client.js'

const SPLIT = 'state champion canary { version weight step } shadows { version } fallback'

/** One model's rollout, as an admin reads and changes it through the gateway. */
export function rolloutClient(ask: Ask, model: string) {
  const read = async () => {
    const { rollout } = await answered(
      ask(
        `query ($model: String!) { rollout(model: $model) { revision state champion
           canary { weight admitted step failures } replicas { replica revision ready } } }`,
        { model },
      ),
    )
    return rollout
  }
  /** Does a mutation, such as `startRollout`, as of a revision; answers what came, refused or not. */
  const attempt = (mutation: string, revision: number, argument: Argument = {}) => {
    const names = Object.keys(argument) as (keyof Argument)[]
    const declared = names.map((name) => `, $${name}: ${TYPES[name]}`).join('')
    const passed = names.map((name) => `, ${name}: $${name}`).join('')
    const reason = 'End-to-end test.'
    const query = `mutation ($model: String!, $revision: Int!, $reason: String!${declared}) {
      ${mutation}(model: $model, revision: $revision, reason: $reason${passed}) { revision state } }`
    return ask(query, { model, revision, reason, ...argument })
  }
  return {
    read,
    attempt,
    /** Does a mutation on the rollout as it is, again where the rollout changed by itself meanwhile; answers its revision. */
    change: async (mutation: string, argument?: Argument): Promise<number> => {
      for (;;) {
        const { revision } = await read()
        const { data, errors } = await attempt(mutation, revision, argument)
        if (errors[0]?.extensions.path === 'revision') continue
        expect(errors).toEqual([])
        return data[mutation].revision
      }
    },
    setAlias: (alias: string, version: number) =>
      ask(
        `mutation ($model: String!, $alias: String!, $version: Int!) {
           setAlias(model: $model, alias: $alias, version: $version, reason: "End-to-end test.") { name } }`,
        { model, alias, version },
      ),
    /** Records, the latest first. */
    history: async (first: number): Promise<HistoryRecord[]> => {
      const { rolloutHistory } = await answered(
        ask(
          `query ($model: String!, $first: Int!) { rolloutHistory(model: $model, first: $first) { nodes {
             revision at by action reason to { ${SPLIT} }
             figures { measure verdict canary { value sample } champion { value sample } } } } }`,
          { model, first },
        ),
      )
      return rolloutHistory.nodes
    },
  }
}

export interface Argument {
  readonly input?: object
  readonly shadows?: readonly object[]
  readonly version?: number | null
}

const TYPES: Readonly<Record<keyof Argument, string>> = {
  input: 'StartRolloutInput!',
  shadows: '[RolloutShadowInput!]!',
  version: 'Int',
}

export interface HistoryRecord {
  readonly revision: number
  readonly at: string
  readonly by: string
  readonly action: string
  readonly reason: string
  readonly to: {
    readonly state: string
    readonly champion: number
    readonly canary: { readonly version: number; readonly weight: number; readonly step: number } | null
    readonly fallback: number | null
  }
  readonly figures: readonly {
    readonly measure: string
    readonly verdict: string
    readonly canary: { readonly value: number; readonly sample: number } | null
    readonly champion: { readonly value: number; readonly sample: number } | null
  }[]
}

/** The data of an answer that has no errors. */
export async function answered(answer: Promise<GraphAnswer>) {
  const { data, errors } = await answer
  expect(errors).toEqual([])
  return data
}
