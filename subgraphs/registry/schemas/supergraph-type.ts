import { Ctx, Field, GraphQLISODateTime, Int, ObjectType } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { Subgraph } from './subgraph-type.js'
import { type SupergraphSummary, supergraphSdl } from './supergraphs.js'

@CatalogueRead()
@ObjectType({ description: 'All subgraphs composed into one graph.' })
export class Supergraph {
  constructor(private readonly document: SupergraphSummary) {}

  @Field(() => Int, { description: 'Counts the supergraphs of this environment from 1.' })
  get version(): number {
    return this.document.version
  }

  @Field(() => GraphQLISODateTime)
  get publishedAt(): Date {
    return this.document.publishedAt
  }

  @Field(() => [Subgraph], { description: 'By name.' })
  get subgraphs(): Subgraph[] {
    return this.document.subgraphs.map((entry) => new Subgraph(entry))
  }

  @Field(() => String)
  async sdl(@Ctx() { registry }: RegistryContext): Promise<string> {
    return supergraphSdl(registry.database, this.document)
  }
}
