import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { REGISTRY } from '../../../shared/control/protocol.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import { CatalogueRead, PublisherOnly } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { LARGEST_PAGE, requirePageSize } from '../graph/page.js'
import { requirePublisher } from '../teams/ownership.js'
import { Finding } from './finding-type.js'
import { publishSubgraph } from './publish-subgraph.js'
import { SchemaVersion, Subgraph } from './subgraph-type.js'
import { Supergraph } from './supergraph-type.js'
import { currentSupergraph, schemaHistory } from './supergraphs.js'

@InputType()
export class PublishSubgraphInput {
  @Field(() => String, { description: 'Lower case with hyphens.' })
  name!: string

  @Field(() => String, { description: 'The team that owns it.' })
  team!: string

  @Field(() => String, { description: 'Where the gateway reaches it: `http://127.0.0.1:4005/graphql`.' })
  url!: string

  @Field(() => String, { description: "What the subgraph's `main.js --describe` prints." })
  sdl!: string
}

@ObjectType()
export class PublishSubgraphResult {
  @Field(() => Boolean, { description: 'False when it does not compose; then nothing has changed.' })
  accepted!: boolean

  @Field(() => Boolean, { description: 'False when the same SDL and URL were live already.' })
  changed!: boolean

  @Field(() => Int, { nullable: true, description: 'The publication of this subgraph that is live.' })
  schemaVersion!: number | null

  @Field(() => Int, { nullable: true, description: 'The supergraph that is live.' })
  supergraphVersion!: number | null

  @Field(() => [Finding], { description: "The composer's reasons. Empty when it was accepted." })
  findings!: readonly Finding[]
}

@Resolver(() => Subgraph)
export class SchemaResolver {
  @CatalogueRead()
  @Query(() => [Subgraph], { description: 'The subgraphs of the current supergraph, by name.' })
  async subgraphs(@Ctx() { registry }: RegistryContext): Promise<Subgraph[]> {
    const current = await currentSupergraph(registry.database, registry.environment)
    return (current?.subgraphs ?? []).map((entry) => new Subgraph(entry))
  }

  @CatalogueRead()
  @Query(() => Subgraph, { nullable: true, description: 'One subgraph; null when there is none of this name.' })
  async subgraph(
    @Arg('name', () => String) name: string,
    @Ctx() { registry }: RegistryContext,
  ): Promise<Subgraph | null> {
    const current = await currentSupergraph(registry.database, registry.environment)
    const entry = current?.subgraphs.find((candidate) => candidate.name === name)
    return entry ? new Subgraph(entry) : null
  }

  @CatalogueRead()
  @Query(() => Supergraph, { nullable: true, description: 'The current supergraph.' })
  async supergraph(@Ctx() { registry }: RegistryContext): Promise<Supergraph | null> {
    const current = await currentSupergraph(registry.database, registry.environment)
    return current && new Supergraph(current)
  }

  @FieldResolver(() => [SchemaVersion], { description: 'Its publications, the latest first.' })
  async schemaHistory(
    @Root() { name }: Subgraph,
    @Arg('first', () => Int, { defaultValue: 20, description: `At most ${LARGEST_PAGE}.` }) first: number,
    @Ctx() { registry }: RegistryContext,
  ): Promise<SchemaVersion[]> {
    requirePageSize(first)
    const { database, environment } = registry
    return (await schemaHistory(database, { environment, name, first })).map((entry) => new SchemaVersion(entry))
  }

  @PublisherOnly()
  @Mutation(() => PublishSubgraphResult, {
    description:
      "Publishes a subgraph's SDL: composes it with all others into the next supergraph, or says why that can't be and " +
      'changes nothing.',
  })
  async publishSubgraph(
    @Arg('input', () => PublishSubgraphInput) input: PublishSubgraphInput,
    @Ctx() { registry, identity, loaders }: RegistryContext,
  ): Promise<PublishSubgraphResult> {
    requirePublisher(identity, input.team)
    if (input.name === REGISTRY) throw new ModelgraphError('FORBIDDEN', 'The registry publishes itself.')
    if (!(await loaders.teams.load(input.team))) {
      throw new ModelgraphError('NOT_FOUND', 'There is no such team; an admin has to register it first.', {
        path: 'input.team',
      })
    }
    return publishSubgraph(registry, { ...input, by: identity.client })
  }
}
