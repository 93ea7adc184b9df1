import { Field, ObjectType } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import { cursorOf, PageInfo } from '../graph/page.js'
import { Model } from './model-type.js'
import type { ModelPage } from './models.js'

@CatalogueRead()
@ObjectType()
export class ModelEdge {
  @Field(() => String)
  cursor!: string

  @Field(() => Model)
  node!: Model
}

@CatalogueRead()
@ObjectType({ description: 'A page of models, by name.' })
export class ModelConnection {
  @Field(() => [ModelEdge])
  edges!: ModelEdge[]

  @Field(() => [Model], { description: 'The models of the edges.' })
  nodes!: Model[]

  @Field(() => PageInfo)
  pageInfo!: PageInfo
}

export function connectionOf({ models, hasNext }: ModelPage): ModelConnection {
  const nodes = models.map((model) => new Model(model))
  const edges = nodes.map((node) => ({ cursor: cursorOf(node.name), node }))
  return { edges, nodes, pageInfo: { hasNextPage: hasNext, endCursor: edges.at(-1)?.cursor ?? null } }
}
