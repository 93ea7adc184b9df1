import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql'
import { describeRequirement, type Requirement, type Requirements } from './requirement.js'
import { allOf, ruleOf } from './requirement-rules.js'
import type { RuleTree } from './rules.js'
import { deny, type Rule } from './shield.js'

/** What stands between a caller and one field. */
export interface Guard {
  /** `Query.fraudDetector` */
  readonly coordinate: string
  readonly rule: Rule
  /** What the caller needs, in words. */
  readonly needs: string
}

/** Guards by coordinate; a type's name alone guards `__typename`. Fields without one are open to every authenticated caller. */
export type Guards = ReadonlyMap<string, Guard>

export interface GuardSources {
  readonly requirements: Requirements
  /** Rules that `@policy` names. */
  readonly named: Readonly<Record<string, Rule>>
  /** The operator's own rules. */
  readonly operator: RuleTree
  /** What the operator requires beside that, by coordinate; joined with what the teams declare. */
  readonly demands?: Requirements
}

/**
 * One guard for every field that something is required of: by its type, by its interfaces, by the field itself, by the
 * scalar or enum it returns, and by the operator. All of them must hold. A mutation of which nothing is required is
 * denied. Throws when the operator's rules name a type or field that the graph does not have.
 */
export function buildGuards(schema: GraphQLSchema, sources: GuardSources): Guards {
  refuseUnknownNames(schema, sources.operator)
  refuseUnknownNames(schema, treeOf(sources.demands))
  const guards = new Map<string, Guard>()
  for (const type of Object.values(schema.getTypeMap()).filter(isGuardable)) {
    addGuard(guards, type.name, partsOf(typeCoordinates(type), sources))
    for (const field of Object.values(type.getFields())) {
      const parts = partsOf(fieldCoordinates(type, field), sources)
      const unruled = parts.length === 0 && type === schema.getMutationType()
      addGuard(guards, `${type.name}.${field.name}`, unruled ? [UNRULED_MUTATION] : parts)
    }
  }
  return guards
}

interface Part {
  readonly rule: Rule
  readonly needs: string
}

const UNRULED_MUTATION: Part = { rule: deny, needs: 'a rule that allows this mutation, and nobody has declared one' }

function addGuard(guards: Map<string, Guard>, coordinate: string, parts: readonly Part[]): void {
  if (parts.length === 0) return
  const needs = [...new Set(parts.map((part) => part.needs))].join(', and ')
  guards.set(coordinate, { coordinate, rule: allOf(parts.map((part) => part.rule)), needs })
}

function partsOf(coordinates: readonly string[], { requirements, demands, named, operator }: GuardSources): Part[] {
  const declared = coordinates
    .flatMap((coordinate) => [requirements.get(coordinate), demands?.get(coordinate)])
    .filter((requirement) => requirement !== undefined)
    .map((requirement: Requirement) => ({ rule: ruleOf(requirement, named), needs: describeRequirement(requirement) }))
  const own = coordinates
    .map((coordinate) => operatorRule(operator, coordinate))
    .filter((rule) => rule !== undefined)
    .map((rule) => ({ rule, needs: "what the operator's rules demand" }))
  return [...declared, ...own]
}

function typeCoordinates(type: GraphQLObjectType): string[] {
  return [type.name, ...type.getInterfaces().map(({ name }) => name)]
}

function fieldCoordinates(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string[] {
  const owners = typeCoordinates(type)
  const returned = getNamedType(field.type)
  return [
    ...owners,
    ...owners.map((owner) => `${owner}.${field.name}`),
    ...(isLeafType(returned) ? [returned.name] : []),
  ]
}

function operatorRule(tree: RuleTree, coordinate: string): Rule | undefined {
  const [type = '', field] = coordinate.split('.')
  const entry = Object.hasOwn(tree, type) ? tree[type] : undefined
  if (!entry) return undefined
  if (isRule(entry)) return field === undefined ? entry : undefined
  return field === undefined ? undefined : (entry[field] ?? entry['*'])
}

function treeOf(demands: Requirements | undefined): RuleTree {
  const coordinates = [...(demands?.keys() ?? [])].map((coordinate) => coordinate.split('.') as [string, string?])
  const types = new Map<string, Record<string, Rule>>()
  for (const [type, field] of coordinates) types.set(type, { ...types.get(type), ...(field && { [field]: deny }) })
  return Object.fromEntries(types)
}

function refuseUnknownNames(schema: GraphQLSchema, tree: RuleTree): void {
  for (const [name, entry] of Object.entries(tree)) {
    const type = schema.getType(name)
    if (!type) throw new Error(`The rules name the type ${name}, which the graph does not have.`)
    if (isRule(entry)) continue
    const unknown = Object.keys(entry).find((field) => field !== '*' && !hasField(type, field))
    if (unknown) throw new Error(`The rules name the field ${name}.${unknown}, which the graph does not have.`)
  }
}

function hasField(type: GraphQLNamedType, field: string): boolean {
  return (isObjectType(type) || isInterfaceType(type)) && type.getFields()[field] !== undefined
}

function isRule(entry: RuleTree[string]): entry is Rule {
  return typeof entry.resolve === 'function'
}

function isGuardable(type: GraphQLNamedType): type is GraphQLObjectType {
  return isObjectType(type) && !type.name.startsWith('__')
}
