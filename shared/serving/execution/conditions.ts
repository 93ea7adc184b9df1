import { type DocumentNode, Kind, visit } from 'graphql'

/** Names of the variables that decide what is selected. */
export type Conditions = readonly string[]

/** The variables that the document's `@skip` and `@include` ask. */
export function conditionsOf(document: DocumentNode): Conditions {
  const names = new Set<string>()
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return [...names]
}

/** Whether a document asks what graphql-js alone answers, or for a name that no plain object can hold as a field. */
export function isUnusual(document: DocumentNode): boolean {
  let unusual = false
  visit(document, {
    Field({ name, alias }) {
      unusual ||= INTROSPECTION.has(name.value) || alias?.value === '__proto__'
    },
  })
  return unusual
}

const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type'])
