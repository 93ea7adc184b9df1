import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { LONGEST_DOCUMENT, MOST_FIELDS, type UsedOperation } from '../../shared/control/usage.js'
import { fragmentsOf } from '../operations/fragments.js'

/**
 * What usage is counted by of an operation. The hash is of the operation and its fragments alone, values blanked: neither
 * white space nor another operation beside it, nor what a client writes in place of variables, makes it another.
 */
export function describeOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): UsedOperation {
  const used = usedDefinitions(document, operation)
  const text = print(blanked(used))
  return {
    hash: createHash('sha256').update(text).digest('hex'),
    name: operation.name?.value.slice(0, LONGEST_DOCUMENT) ?? null,
    document: text.slice(0, LONGEST_DOCUMENT),
    fields: fieldsOf(schema, used),
  }
}

/** The operation and the fragments it spreads, directly or not, sorted by name. */
function usedDefinitions(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const fragments = fragmentsOf(document)
  const used = new Map<string, FragmentDefinitionNode>()
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value)
        if (!fragment || used.has(name.value)) return
        used.set(name.value, fragment)
        follow(fragment)
      },
    })
  }
  follow(operation)
  const sorted = [...used.values()].sort((a, b) => (a.name.value < b.name.value ? -1 : 1))
  return { kind: Kind.DOCUMENT, definitions: [operation, ...sorted] }
}

function blanked(document: DocumentNode): DocumentNode {
  return visit(document, {
    IntValue: (node) => ({ ...node, value: '0' }),
    FloatValue: (node) => ({ ...node, value: '0' }),
    StringValue: (node) => ({ ...node, value: '', block: false }),
    ListValue: (node) => ({ ...node, values: [] }),
    ObjectValue: (node) => ({ ...node, fields: [] }),
  })
}

function fieldsOf(schema: GraphQLSchema, document: DocumentNode): string[] {
  const types = new TypeInfo(schema)
  const found = new Set<string>()
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name: { value: field } }) {
        const parent = types.getParentType()
        if (parent && !field.startsWith('__')) found.add(`${parent.name}.${field}`)
      },
    }),
  )
  return [...found].sort().slice(0, MOST_FIELDS)
}
