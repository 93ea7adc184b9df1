import type { Identity } from '../../../shared/identity/claims.js'
import { done } from './catalogue.js'
import type { TestRegistry } from './test-registry.js'

/** A caller of its own, who may do nothing unless it is said. */
export function person(name: string, scopes: readonly string[] = []): Identity {
  return { subject: `user:${name}`, client: name, scopes, environment: 'test' }
}

export const ADA = person('ada')
export const EVE = person('eve')
/** Publishes for the team that owns `payment-risk`. */
export const TINA = person('tina', ['publish:payments'])
export const ROOT = person('root', ['admin'])

/** Makes a client as somebody; its key and what was asked of it. */
export async function make(registry: TestRegistry, who: Identity, name: string, given: object = {}) {
  const input = { name, owner: 'Ada', useCase: 'Tests (synthetic).', ...given }
  const query = `mutation ($input: CreateClientInput!) { createClient(input: $input) {
    key apiKey { id prefix } client { id name revision scopes developers grants { scope state } } } }`
  return (await done(registry.askAs(who, query, { input }))).createClient
}

/** Asks with one mutation, which answers these fields; its arguments are given as values. */
export function change(registry: TestRegistry, who: Identity, mutation: string, args: object, fields = '{ id }') {
  const text = Object.entries(args).map(([name, value]) => `${name}: ${literal(value)}`)
  return registry.askAs(who, `mutation { ${mutation}(${text.join(', ')}) ${fields} }`)
}

/** Upper-case words are enum values. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${literal(part)}`)
      .join(', ')} }`
  }
  return typeof value === 'string' && /^[A-Z][A-Z_]+$/.test(value) ? value : JSON.stringify(value)
}
