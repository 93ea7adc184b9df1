import { type ConstDirectiveNode, Kind, parse } from 'graphql'
import type { Finding } from './composition.js'

/** Specifications that a gateway has to understand and ours does; security ones it takes out and enforces itself. */
const SUPPORTED = ['link', 'join', 'inaccessible', 'authenticated', 'requiresScopes', 'policy']

/**
 * Features that a supergraph says its gateway must understand, and which ours does not: it would refuse to load the
 * supergraph, so the publication that brings them is refused instead.
 */
export function findUnsupportedFeatures(supergraphSdl: string): readonly Finding[] {
  return linksOf(supergraphSdl)
    .filter(({ purpose }) => purpose !== undefined)
    .filter(({ url }) => !SUPPORTED.includes(featureOf(url)))
    .map(({ url }) => ({
      code: 'UNSUPPORTED_FEATURE',
      message: `The gateway does not support @${featureOf(url)} (${url}); publish without it.`,
    }))
}

interface Link {
  readonly url: string
  readonly purpose: string | undefined
}

function linksOf(supergraphSdl: string): Link[] {
  const { definitions } = parse(supergraphSdl, { noLocation: true })
  return definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION)
    .flatMap((node) => node.directives ?? [])
    .filter(({ name }) => name.value === 'link')
    .map((link) => ({ url: argument(link, 'url') ?? '', purpose: argument(link, 'for') }))
}

function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((node) => node.name.value === name)?.value
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

/** `https://specs.apollo.dev/join/v0.5` → `join` */
function featureOf(url: string): string {
  return url.split('/').at(-2) ?? url
}
