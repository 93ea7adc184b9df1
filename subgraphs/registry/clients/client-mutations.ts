import { Arg, Ctx, Int, Mutation, Resolver } from 'type-graphql'
import { Authenticated } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { IssuedKey } from '../keys/key-type.js'
import { CreateClientInput, UpdateClientInput } from './client-input.js'
import { Client } from './client-type.js'
import { createClient } from './create-client.js'
import { addDeveloper, removeDeveloper, updateClient } from './update-client.js'

const ClientName = () => Arg('client', () => String, { description: 'Name of the client.' })
const Developer = () =>
  Arg('developer', () => String, { description: 'Name of a client, or a subject as `me { subject }` says.' })

@Resolver()
export class ClientMutations {
  @Authenticated()
  @Mutation(() => IssuedKey, {
    description: 'Makes a client and its first key. Who makes it, and is no admin, is its first developer.',
  })
  async createClient(
    @Arg('input', () => CreateClientInput) input: CreateClientInput,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<IssuedKey> {
    return new IssuedKey(await createClient(registry, { ...input, identity }))
  }

  @Authenticated()
  @Mutation(() => Client, { description: 'Changes how a client that the caller acts for is described.' })
  async updateClient(
    @ClientName() client: string,
    @Arg('input', () => UpdateClientInput) input: UpdateClientInput,
    @Arg('revision', () => Int, { description: 'The one that the caller saw; `CONFLICT` when it is another by now.' })
    revision: number,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await updateClient(registry, { client, identity, revision, input: { ...input } }))
  }

  @Authenticated()
  @Mutation(() => Client, { description: 'Lets somebody act for a client that the caller acts for.' })
  async addDeveloper(
    @ClientName() client: string,
    @Developer() developer: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await addDeveloper(registry, { client, identity, developer }))
  }

  @Authenticated()
  @Mutation(() => Client, { description: 'Ends that; keys that were issued go on until they are revoked.' })
  async removeDeveloper(
    @ClientName() client: string,
    @Developer() developer: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await removeDeveloper(registry, { client, identity, developer }))
  }
}
