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

/** One of the rules before a field. */
export interface GuardRule {
  readonly rule: Rule
  /** What the caller needs, in words. */
  readonly needs: string
  /** Who made it; by default a mutation is denied. */
  readonly source: 'TEAM' | 'OPERATOR' | 'DEFAULT'
  /** Coordinate that it is declared at. */
  readonly at: string
}

/** What stands between a caller and one field. */
export interface Guard {
  /** `Query.fraudDetector` */
  readonly coordinate: string
  readonly rule: Rule
  /** What the caller needs, in words. */
  readonly needs: string
  /** What `rule` is made of. */
  readonly rules: readonly GuardRule[]
}

/** Guards by coordinate; a type's name alone guards `__typename`. Fields without one are open to every authenticated caller. */
export interface Guards {
  get(coordinate: string): Guard | undefined
}

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
 * denied.
 *
 * A guard is made when an operation first meets it: a large graph has thousands of fields, and making a guard for each
 * would stop the requests under way while a supergraph is swapped.
 */
export class FieldGuards implements Guards {
  private readonly made = new Map<string, Guard | undefined>()

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly sources: GuardSources,
  ) {}

  /**
   * What the operator's rules name and the graph does not have: types, and fields as coordinates. A team may take a field
   * away at any time, and the rules of others must go on; so nothing but telling of it comes of that.
   */
  get unmatched(): readonly string[] {
    const { operator, demands } = this.sources
    const named = [...coordinatesIn(operator), ...(demands?.keys() ?? [])]
    return [...new Set(named)].filter((coordinate) => !isThere(this.schema, coordinate)).sort()
  }

  get(coordinate: string): Guard | undefined {
    if (this.made.has(coordinate)) return this.made.get(coordinate)
    const guard = this.make(coordinate)
    this.made.set(coordinate, guard)
    return guard
  }

  private make(coordinate: string): Guard | undefined {
    const [name = '', fieldName] = coordinate.split('.')
    const type = this.schema.getType(name)
    if (!type || !isGuardable(type)) return undefined
    if (fieldName === undefined) return guardOf(coordinate, rulesOf(typeCoordinates(type), this.sources))
    const field = type.getFields()[fieldName]
    if (!field) return undefined
    const rules = rulesOf(fieldCoordinates(type, field), this.sources)
    const isUnruled = rules.length === 0 && type === this.schema.getMutationType()
    return guardOf(coordinate, isUnruled ? [unruled(coordinate)] : rules)
  }
}

function unruled(coordinate: string): GuardRule {
  const needs = 'a rule that allows this mutation, and nobody has declared one'
  return { rule: deny, needs, source: 'DEFAULT', at: coordinate }
}

function guardOf(coordinate: string, rules: readonly GuardRule[]): Guard | undefined {
  if (rules.length === 0) return undefined
  const needs = [...new Set(rules.map((each) => each.needs))].join(', and ')
  return { coordinate, rule: allOf(rules.map((each) => each.rule)), needs, rules }
}

function rulesOf(
  coordinates: readonly string[],
  { requirements, demands, named, operator }: GuardSources,
): GuardRule[] {
  const declared = coordinates.flatMap((at) => [
    ...demanded(requirements.get(at), 'TEAM', at, named),
    ...demanded(demands?.get(at), 'OPERATOR', at, named),
  ])
  const own = coordinates.flatMap((at) => {
    const rule = operatorRule(operator, at)
    return rule ? [{ rule, needs: "what the operator's rules demand", source: 'OPERATOR' as const, at }] : []
  })
  return [...declared, ...own]
}

function demanded(
  requirement: Requirement | undefined,
  source: GuardRule['source'],
  at: string,
  named: GuardSources['named'],
): GuardRule[] {
  if (!requirement) return []
  return [{ rule: ruleOf(requirement, named), needs: describeRequirement(requirement), source, at }]
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

function coordinatesIn(tree: RuleTree): string[] {
  return Object.entries(tree).flatMap(([name, entry]) => {
    const fields = isRule(entry) ? [] : Object.keys(entry).filter((field) => field !== '*')
    return fields.length > 0 ? fields.map((field) => `${name}.${field}`) : [name]
  })
}

function isThere(schema: GraphQLSchema, coordinate: string): boolean {
  const [name = '', field] = coordinate.split('.')
  const type = schema.getType(name)
  if (!type || field === undefined) return type !== undefined
  return (isObjectType(type) || isInterfaceType(type)) && type.getFields()[field] !== undefined
}

function isRule(entry: RuleTree[string]): entry is Rule {
  return typeof entry.resolve === 'function'
}

function isGuardable(type: GraphQLNamedType): type is GraphQLObjectType {
  return isObjectType(type) && !type.name.startsWith('__')
}
