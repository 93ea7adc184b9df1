import { Arg, Ctx, Field, GraphQLISODateTime, InputType, Mutation, Query, Resolver } from 'type-graphql'
import { AdminOnly } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { requireAdmin } from '../teams/ownership.js'
import { Client, CreatedClient, Me } from './client-type.js'
import { createClient, findClients, revokeKey } from './clients.js'

@InputType()
export class CreateClientInput {
  @Field(() => String, { description: 'Lower case with hyphens.' })
  name!: string

  @Field(() => String, { description: 'Who answers for it: a person or a team.' })
  owner!: string

  @Field(() => String, { description: 'What it asks the graph for.' })
  useCase!: string

  @Field(() => [String], { description: '`predict:fraud-detector`, `catalogue:read`, `publish:fraud`, `admin`…' })
  scopes!: string[]

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When its key expires; never when left out.' })
  keyExpiresAt?: Date | null
}

@Resolver()
export class ClientResolver {
  @Query(() => Me, { description: 'Who is asking.' })
  me(@Ctx() { identity: { client, scopes, environment } }: RegistryContext): Me {
    return { client, scopes, environment }
  }

  @AdminOnly()
  @Query(() => [Client], { description: 'The clients of this environment, by name.' })
  async clients(@Ctx() { registry, identity }: RegistryContext): Promise<Client[]> {
    requireAdmin(identity)
    return (await findClients(registry)).map((client) => new Client(client))
  }

  @AdminOnly()
  @Mutation(() => CreatedClient, { description: 'Makes a client and its first key.' })
  async createClient(
    @Arg('input', () => CreateClientInput) input: CreateClientInput,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<CreatedClient> {
    requireAdmin(identity)
    const { client, key } = await createClient(registry, { ...input, by: identity.client })
    return { client: new Client(client), key }
  }

  @AdminOnly()
  @Mutation(() => Client, { description: 'Revokes a key at once; gateways notice within seconds.' })
  async revokeKey(
    @Arg('client', () => String, { description: 'Name of the client.' }) client: string,
    @Arg('prefix', () => String, { description: 'First characters of the key, as the client lists them.' })
    prefix: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    requireAdmin(identity)
    return new Client(await revokeKey(registry, client, prefix))
  }
}
