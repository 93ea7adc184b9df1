import { type ModelCard, modelCard } from '../../../shared/contract/card.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

const LONGEST_CARD = 1_000_000

/** Reads a card that was sent as JSON. Throws `BAD_USER_INPUT` with the first place where it is none. */
export function readCard(json: unknown, model: string): ModelCard {
  const read = modelCard.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    throw refused(['input.card', ...issue!.path].join('.'), issue!.message)
  }
  if (read.data.model !== model) throw refused('input.card.model', `expected ${model}, received ${read.data.model}`)
  if (JSON.stringify(json).length > LONGEST_CARD)
    throw refused('input.card', `expected at most ${LONGEST_CARD} characters`)
  return read.data
}

function refused(path: string, reason: string): ModelgraphError {
  return new ModelgraphError('BAD_USER_INPUT', `${path} is no part of a model card: ${reason}.`, {
    path,
    expected: reason,
  })
}
