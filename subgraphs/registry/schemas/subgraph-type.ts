import { Ctx, Field, GraphQLISODateTime, Int, ObjectType } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { Team } from '../teams/team-type.js'
import type { SubgraphEntry } from './supergraph-document.js'

@CatalogueRead()
@ObjectType({ description: 'One publication of a subgraph.' })
export class SchemaVersion {
  constructor(protected readonly entry: SubgraphEntry) {}

  @Field(() => Int, { description: 'Counts the publications of this subgraph from 1.' })
  get schemaVersion(): number {
    return this.entry.schemaVersion
  }

  @Field(() => String, { description: 'Where the gateway reaches it.' })
  get url(): string {
    return this.entry.url
  }

  @Field(() => String, { description: 'sha-256 of the SDL.' })
  get sha256(): string {
    return this.entry.sha256
  }

  @Field(() => String)
  async sdl(@Ctx() { loaders }: RegistryContext): Promise<string> {
    return (await loaders.sdls.load(this.entry.sha256))!.sdl
  }

  @Field(() => GraphQLISODateTime)
  get publishedAt(): Date {
    return this.entry.publishedAt
  }

  @Field(() => String, { description: 'Name of the client that published it.' })
  get publishedBy(): string {
    return this.entry.publishedBy
  }
}

@CatalogueRead()
@ObjectType({ description: 'A subgraph as it is live now.' })
export class Subgraph extends SchemaVersion {
  @Field(() => String)
  get name(): string {
    return this.entry.name
  }

  @Field(() => Team, { nullable: true })
  async team(@Ctx() { loaders }: RegistryContext): Promise<Team | null> {
    const team = await loaders.teams.load(this.entry.team)
    return team ? new Team(team) : null
  }
}
