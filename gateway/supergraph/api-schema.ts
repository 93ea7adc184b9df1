import {
  type DefinitionNode,
  GraphQLSchema,
  type GraphQLSchemaConfig,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  specifiedDirectives,
} from 'graphql'
// `buildASTSchema` is this and the constructor of the schema in one piece; nothing public does the first half alone.
import { extendSchemaImpl } from 'graphql/utilities/extendSchema.js'
import { Turns } from './turns.js'

/**
 * Builds the schema that clients see from its parts, as `buildASTSchema` would build it from all of them, with turns of the
 * event loop in between for the requests under way. Most of the work is what types do when they are first asked for their
 * fields, so they are asked one by one.
 */
export async function buildApiSchema(parts: readonly string[], turns: Turns = new Turns()): Promise<GraphQLSchema> {
  const document = { kind: Kind.DOCUMENT, definitions: await parsed(parts, turns) } as const
  const config = withRoots(extendSchemaImpl(EMPTY, document, { assumeValid: true }))
  await turns.take()
  for (const type of config.types ?? []) {
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) type.getFields()
    if (isObjectType(type) || isInterfaceType(type)) type.getInterfaces()
    if (isUnionType(type)) type.getTypes()
    await turns.take()
  }
  return new GraphQLSchema(config)
}

const EMPTY = {
  description: undefined,
  types: [],
  directives: [],
  extensions: {},
  extensionASTNodes: [],
  assumeValid: true,
}

async function parsed(parts: readonly string[], turns: Turns): Promise<DefinitionNode[]> {
  const definitions: DefinitionNode[] = []
  for (const part of parts) {
    definitions.push(...parse(part, { noLocation: true }).definitions)
    await turns.take()
  }
  return definitions
}

/** Root types by their usual names where the document has no `schema`, and the directives that every schema has. */
function withRoots(config: GraphQLSchemaConfig): GraphQLSchemaConfig {
  const rooted = config.astNode ? config : { ...config, ...usualRoots(config) }
  const declared = new Set(config.directives?.map(({ name }) => name))
  const given = specifiedDirectives.filter(({ name }) => !declared.has(name))
  return { ...rooted, directives: [...(config.directives ?? []), ...given] }
}

function usualRoots({ types }: GraphQLSchemaConfig): Pick<GraphQLSchemaConfig, 'query' | 'mutation' | 'subscription'> {
  const objects = new Map(types?.filter(isObjectType).map((type) => [type.name, type]))
  return { query: objects.get('Query'), mutation: objects.get('Mutation'), subscription: objects.get('Subscription') }
}
