import { setImmediate as nextTurn } from 'node:timers/promises'
import { buildASTSchema, type DefinitionNode, type GraphQLSchema, Kind, parse } from 'graphql'

/** Builds the schema that clients see from its parts, with a turn of the event loop between them for the requests under way. */
export async function buildApiSchema(parts: readonly string[]): Promise<GraphQLSchema> {
  const definitions: DefinitionNode[] = []
  for (const part of parts) {
    definitions.push(...parse(part, { noLocation: true }).definitions)
    await nextTurn()
  }
  const document = { kind: Kind.DOCUMENT, definitions } as const
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true })
  await nextTurn()
  return schema
}
