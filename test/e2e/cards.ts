import { readdirSync, readFileSync } from 'node:fs'
import type { ModelCard } from '../../shared/contract/card.js'

/** Every committed model card, with the team that owns it. */
export function committedCards(): readonly { readonly team: string; readonly card: ModelCard }[] {
  return readdirSync('subgraphs').flatMap((team) =>
    readdirSync(`subgraphs/${team}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => /^models\/.*\/card\.json$/.test(path))
      .map((path) => ({ team, card: JSON.parse(readFileSync(`subgraphs/${team}/${path}`, 'utf8')) as ModelCard })),
  )
}

export function cardOf(model: string, version = 1): ModelCard {
  return committedCards().find(({ card }) => card.model === model && card.version === version)!.card
}
