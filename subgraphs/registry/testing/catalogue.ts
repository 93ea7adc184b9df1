import { artifactFile, cardOf, contractOf } from './payment-risk.js'
import type { GraphqlAnswer, TestRegistry } from './test-registry.js'

export const ADMIN = ['admin']
export const TEAM = ['publish:payments', 'catalogue:read']
export const READER = ['catalogue:read']

/** Registers the team `payments` and a model of it. */
export async function registerModel(
  registry: TestRegistry,
  model = 'payment-risk',
  description?: string,
): Promise<void> {
  const team = { name: 'payments', title: 'Payments' }
  await done(
    registry.ask(ADMIN, 'mutation ($team: RegisterTeamInput!) { registerTeam(input: $team) { name } }', { team }),
  )
  const input = { name: model, team: 'payments', contract: contractOf(model), description }
  await done(
    registry.ask(TEAM, 'mutation ($input: RegisterModelInput!) { registerModel(input: $input) { name } }', { input }),
  )
}

export const PUBLISH = `mutation ($input: PublishModelVersionInput!) {
  publishModelVersion(input: $input) { created version { id version } findings { code message } }
}`

/** Uploads a fixture and publishes it as a version. */
export async function publishVersion(
  registry: TestRegistry,
  artifact: 'risk-1' | 'risk-2',
  options: { version?: number; model?: string; summary?: string } = {},
): Promise<GraphqlAnswer> {
  const file = artifactFile(artifact)
  await registry.upload(file)
  const card = cardOf(artifact, options)
  return registry.ask(TEAM, PUBLISH, { input: { model: card.model, artifactSha256: file.sha256, card } })
}

/** The data of an answer without errors. */
export async function done(answer: Promise<GraphqlAnswer>): Promise<GraphqlAnswer['data']> {
  const { data, errors } = await answer
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

/** The code of an answer's first error. */
export function codeOf({ errors }: GraphqlAnswer): string | undefined {
  return errors?.[0]?.extensions.code
}
