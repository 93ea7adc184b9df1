import { type GraphQLSchema, isInputObjectType, isObjectType } from 'graphql'
import type { Contract } from '../../contract/declaration.js'
import { describeInSdl } from './describe-in-sdl.js'
import { modelNames } from './names.js'
import { ROUTING_ARGUMENTS } from './prediction.js'

/**
 * A prediction as a field of an entity that another team owns (or this one): its features come through the graph by
 * `@requires`, so the caller sends none.
 */
export interface EntityField {
  /** Name of the entity type: `Patient`. */
  readonly type: string
  /** Its key field, an ID. */
  readonly key: string
  /** Name of the field to add: `malignancyRisk`. */
  readonly field: string
  /** Scopes that the features need at their owner; composition asks for them here too. */
  readonly scopes?: readonly string[]
}

export interface EntityModel {
  readonly contract: Contract
  readonly entity: EntityField
}

/** The SDL of every entity these models add fields to. `schema` holds what the team itself has declared. */
export function entitySdl(models: readonly EntityModel[], schema: GraphQLSchema): string[] {
  const types = [...new Set(models.map(({ entity }) => entity.type))]
  return types.map((type) => {
    const members = models.filter(({ entity }) => entity.type === type)
    return entityTypeSdl(members, schema)
  })
}

function entityTypeSdl(models: readonly EntityModel[], schema: GraphQLSchema): string {
  const { type, key } = models[0]!.entity
  const owned = ownedFields(type, schema)
  const external = new Map<string, string>()
  for (const { contract } of models) {
    for (const [name, featureType] of featureTypes(contract, schema)) {
      if (!owned.has(name) && name !== key) external.set(name, `${name}: ${featureType} @external`)
    }
  }
  const fields = models.map((model) => predictionField(model, [...external.keys()]))
  if (owned.size > 0) return `extend type ${type} {\n${[...external.values(), ...fields].join('\n')}\n}`
  return `type ${type} @key(fields: "${key}") {\n${[`${key}: ID!`, ...external.values(), ...fields].join('\n')}\n}`
}

function predictionField({ contract, entity }: EntityModel, external: readonly string[]): string {
  const names = modelNames(contract)
  const needed = contract.input.features.map(({ name }) => name).filter((name) => external.includes(name))
  const requires = needed.length > 0 ? `@requires(fields: "${needed.join(' ')}")` : ''
  const scopes = [names.scope, ...(entity.scopes ?? [])].map((scope) => `"${scope}"`).join(', ')
  return `${describeInSdl(`${contract.description} Its features come from the graph.`)}
${entity.field}(${ROUTING_ARGUMENTS}): ${names.output} ${requires} @requiresScopes(scopes: [[${scopes}]])`
}

function ownedFields(type: string, schema: GraphQLSchema): ReadonlySet<string> {
  const owner = schema.getType(type)
  return new Set(isObjectType(owner) ? Object.keys(owner.getFields()) : [])
}

/** A feature's type in the graph is that of the input field, so that nothing has to be said twice. */
function featureTypes(contract: Contract, schema: GraphQLSchema): readonly (readonly [string, string])[] {
  const input = schema.getType(contract.input.type)
  if (!isInputObjectType(input)) throw new TypeError(`${contract.input.type} is not an input type of this subgraph`)
  return contract.input.features.map(({ name }) => [name, String(input.getFields()[name]?.type)] as const)
}
