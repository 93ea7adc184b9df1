import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

const NAME = /^[a-z][a-z0-9-]{1,62}$/

/** Refuses, with `BAD_USER_INPUT`, what cannot name a team, a model, a subgraph or an alias. */
export function requireName(name: string, path: string): void {
  if (NAME.test(name)) return
  const expected = 'a lower-case letter, then 1 to 62 lower-case letters, digits or hyphens'
  throw new ModelgraphError('BAD_USER_INPUT', `${path} is not a name: expected ${expected}.`, {
    path,
    expected,
    received: JSON.stringify(name.slice(0, 80)),
  })
}

/** Refuses text that is empty where it must not be, or too long. */
export function requireText(text: string, path: string, { min = 0, max }: { min?: number; max: number }): void {
  if (text.length >= min && text.length <= max) return
  const expected = `a text of ${min} to ${max} characters`
  throw new ModelgraphError('BAD_USER_INPUT', `${path} has ${text.length} characters; expected ${expected}.`, {
    path,
    expected,
    received: `${text.length} characters`,
  })
}
