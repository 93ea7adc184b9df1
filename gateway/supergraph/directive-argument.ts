import { type ConstDirectiveNode, Kind, type ValueNode } from 'graphql'

/** The value of a directive's argument as plain data; undefined when it is not given. */
export function directiveArgument(directive: ConstDirectiveNode, name: string): unknown {
  const given = directive.arguments?.find((argument) => argument.name.value === name)
  return given ? plain(given.value) : undefined
}

function plain(node: ValueNode): unknown {
  if (node.kind === Kind.LIST) return node.values.map(plain)
  if (node.kind === Kind.OBJECT) return Object.fromEntries(node.fields.map((f) => [f.name.value, plain(f.value)]))
  return 'value' in node ? node.value : undefined
}
