import { type DirectiveNode, GraphQLError, Kind } from 'graphql'
import type { Variables } from '../variables/coerce.js'

/** Whether a selection is part of a request; undefined for one that always is. */
export type Condition = ((variables: Variables) => boolean) | undefined

/** What `@skip` and `@include` say. */
export function conditionOf(directives: readonly DirectiveNode[]): Condition {
  return directives.map(conditionOfDirective).reduce(both, undefined)
}

/** Both conditions, the first one asked first. */
export function both(first: Condition, second: Condition): Condition {
  if (!first || !second) return first ?? second
  return (variables) => first(variables) && second(variables)
}

/** The value of a variable that decides. Throws for null, which a `Boolean! = …` variable of a nullable type lets through. */
export function decides(name: string, variables: Variables): boolean {
  const value = variables[name]
  if (typeof value === 'boolean') return value
  throw new GraphQLError(`Unexpected value ${String(value)} for variable $${name}, which decides what is included.`)
}

function conditionOfDirective({ name, arguments: given }: DirectiveNode): Condition {
  if (name.value !== 'skip' && name.value !== 'include') return undefined
  const wanted = name.value === 'include'
  const value = given?.find((argument) => argument.name.value === 'if')?.value
  if (value?.kind === Kind.VARIABLE) return (variables) => decides(value.name.value, variables) === wanted
  if (value?.kind === Kind.BOOLEAN && value.value === wanted) return undefined
  return () => false
}
