import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql'
import { directiveArgument } from '../supergraph/directive-argument.js'

/** The specifications whose directives say who may ask. */
const SPECIFICATIONS = new Set(['authenticated', 'requiresScopes', 'policy'])

export type SecurityDirective = 'authenticated' | 'requiresScopes' | 'policy'

/** What a schema calls the security directives, by its `@link`s with `as` and `import`. */
export interface SecurityLinks {
  /** Name in this document → what it means. */
  readonly directives: ReadonlyMap<string, SecurityDirective>
  /** URLs of the `@link`s that bring them. */
  readonly urls: ReadonlySet<string>
  /** Scalars that come with them: `requiresScopes__Scope`, or an imported name. */
  isScalar(name: string): boolean
}

export function securityLinks(document: DocumentNode): SecurityLinks {
  const directives = new Map<string, SecurityDirective>()
  const urls = new Set<string>()
  const scalars = new Set<string>()
  const namespaces: string[] = []
  for (const link of linksOf(document)) {
    if (!link.specification) continue
    urls.add(link.url)
    namespaces.push(`${link.namespace}__`)
    directives.set(link.importedDirective ?? link.namespace, link.specification)
    for (const scalar of link.importedTypes) scalars.add(scalar)
  }
  const isScalar = (name: string) => scalars.has(name) || namespaces.some((prefix) => name.startsWith(prefix))
  return { directives, urls, isScalar }
}

interface Link {
  readonly url: string
  readonly specification: SecurityDirective | undefined
  readonly namespace: string
  readonly importedDirective: string | undefined
  readonly importedTypes: readonly string[]
}

function linksOf(document: DocumentNode): Link[] {
  return document.definitions
    .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? [node] : []))
    .flatMap((schema) => schema.directives ?? [])
    .filter((directive) => directive.name.value === 'link')
    .map(readLink)
}

function readLink(directive: ConstDirectiveNode): Link {
  const url = String(directiveArgument(directive, 'url') ?? '')
  const name = /\/([A-Za-z_]+)\/v\d/.exec(url)?.[1] ?? ''
  const imports = importsOf(directiveArgument(directive, 'import'))
  return {
    url,
    specification: SPECIFICATIONS.has(name) ? (name as SecurityDirective) : undefined,
    namespace: String(directiveArgument(directive, 'as') ?? name),
    importedDirective: imports.get(`@${name}`)?.slice(1),
    importedTypes: [...imports.values()].filter((local) => !local.startsWith('@')),
  }
}

/** Name in the specification → name here, of `["@policy", { name: "@requiresScopes", as: "@needs" }]`. */
function importsOf(value: unknown): Map<string, string> {
  const entries = Array.isArray(value) ? (value as ReadonlyArray<string | { name: string; as?: string }>) : []
  return new Map(
    entries.map((entry) => (typeof entry === 'string' ? [entry, entry] : [entry.name, entry.as ?? entry.name])),
  )
}
