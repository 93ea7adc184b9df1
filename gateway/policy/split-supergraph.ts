import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  print,
  type TypeDefinitionNode,
  visit,
} from 'graphql'
import { directiveArgument } from '../supergraph/directive-argument.js'
import type { Requirement, Requirements } from './requirement.js'
import { type SecurityLinks, securityLinks } from './security-links.js'

/** A supergraph that @apollo/gateway loads, and what was taken out of it. */
export interface SplitSupergraph {
  readonly sdl: string
  readonly requirements: Requirements
}

/**
 * Takes the security directives out of a supergraph: @apollo/gateway refuses to load a schema that links them, so the
 * policy reads them from here.
 *
 * Composition propagates the requirements of implementing types onto the fields of their interface, and forbids any
 * other there. Those are left out, since a selection on an interface is held to the rules of every possible type; only
 * an `@interfaceObject`'s own fields, which no implementing type declares, keep theirs.
 */
export function splitSupergraph(document: DocumentNode): SplitSupergraph {
  const links = securityLinks(document)
  return { sdl: print(withoutSecurity(document, links)), requirements: requirementsOf(document, links) }
}

function requirementsOf(document: DocumentNode, links: SecurityLinks): Requirements {
  const requirements = new Map<string, Requirement>()
  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    const requirement = requirementOf(directives ?? [], links)
    if (requirement) requirements.set(coordinate, requirement)
  }
  for (const type of document.definitions.filter(isTypeDefinition)) {
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION && !isInterfaceObject(type)) continue
    read(type.name.value, type.directives)
    for (const field of fieldsOf(type)) read(`${type.name.value}.${field.name.value}`, field.directives)
  }
  return requirements
}

function requirementOf(directives: readonly ConstDirectiveNode[], links: SecurityLinks): Requirement | undefined {
  const found: { -readonly [Key in keyof Requirement]: Requirement[Key] } = {}
  for (const directive of directives) {
    const meaning = links.directives.get(directive.name.value)
    if (meaning === 'authenticated') found.authenticated = true
    if (meaning === 'requiresScopes') found.scopes = directiveArgument(directive, 'scopes') as string[][]
    if (meaning === 'policy') found.policies = directiveArgument(directive, 'policies') as string[][]
  }
  return Object.keys(found).length > 0 ? found : undefined
}

function withoutSecurity(document: DocumentNode, links: SecurityLinks): DocumentNode {
  const isSecurity = (node: DirectiveNode): boolean =>
    links.directives.has(node.name.value) ||
    (node.name.value === 'link' && links.urls.has(String(directiveArgument(node as ConstDirectiveNode, 'url'))))
  return visit(document, {
    Directive: (node) => (isSecurity(node) ? null : undefined),
    DirectiveDefinition: (node) => (links.directives.has(node.name.value) ? null : undefined),
    ScalarTypeDefinition: (node) => (links.isScalar(node.name.value) ? null : undefined),
  })
}

function isInterfaceObject(type: TypeDefinitionNode): boolean {
  return (type.directives ?? []).some(
    (directive) => directive.name.value === 'join__type' && directiveArgument(directive, 'isInterfaceObject') === true,
  )
}

function fieldsOf(type: TypeDefinitionNode) {
  return type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION
    ? (type.fields ?? [])
    : []
}

function isTypeDefinition(node: DefinitionNode): node is TypeDefinitionNode {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.SCALAR_TYPE_DEFINITION ||
    node.kind === Kind.ENUM_TYPE_DEFINITION ||
    node.kind === Kind.UNION_TYPE_DEFINITION
  )
}
