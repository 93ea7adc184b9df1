import type { GraphQLScalarType } from 'graphql'
import { columnFields, StringVector } from '../../contract/index.js'
import type { Model } from '../subgraph.js'

/** The vector scalars that the columns of these models need; prediction ids are texts. */
export function vectorScalarsOf(models: readonly Model[]): readonly GraphQLScalarType[] {
  const fields = models.flatMap(({ compiled }) => Object.values(columnFields(compiled.contract)).flat())
  return [...new Set([StringVector, ...fields.map(({ scalar }) => scalar)])]
}
