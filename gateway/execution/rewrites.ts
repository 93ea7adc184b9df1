import type { FetchDataRewrite } from '@apollo/query-planner'
import type { Plain } from './plain.js'
import type { SupergraphTypes } from './supergraph-types.js'

/** Changes data in place. */
export type Rewrite = (value: unknown) => void

const FRAGMENT = '... on '

/** Compiles what a plan changes in representations, or in what a fetch answered; undefined for nothing. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: SupergraphTypes,
): Rewrite | undefined {
  if (!rewrites || rewrites.length === 0) return undefined
  const compiled = rewrites.map((rewrite) =>
    rewrite.path.slice(0, -1).reduceRight<Rewrite>((next, element) => at(element, next, types), change(rewrite)),
  )
  return (value) => {
    for (const apply of compiled) apply(value)
  }
}

function at(element: string, next: Rewrite, types: SupergraphTypes): Rewrite {
  if (!element.startsWith(FRAGMENT)) return eachObject((object) => next(object[element]))
  const type = element.slice(FRAGMENT.length)
  return eachObject((object) => {
    const name = object.__typename
    if (!name || types.isSubtype(type, String(name))) next(object)
  })
}

function change(rewrite: FetchDataRewrite): Rewrite {
  const field = rewrite.path.at(-1)!
  if (rewrite.kind === 'ValueSetter') {
    return eachObject((object) => {
      object[field] = rewrite.setValueTo
    })
  }
  return eachObject((object) => {
    if (!object[field]) return
    object[rewrite.renameKeyTo] = object[field]
    object[field] = undefined
  })
}

function eachObject(next: (object: Plain) => void): Rewrite {
  const visit: Rewrite = (value) => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null) next(value as Plain)
  }
  return visit
}
