import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import { Client } from '../clients/client-type.js'
import { SafelistedOperation } from '../clients/policy-type.js'
import { Authenticated } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { registerOperations, removeOperations } from './operations.js'

@Resolver(() => SafelistedOperation)
export class OperationResolver {
  @FieldResolver(() => String, { description: 'Its text, as it was registered.' })
  async document(@Root() { sha256 }: SafelistedOperation, @Ctx() { loaders }: RegistryContext): Promise<string> {
    const found = await loaders.operations.load(sha256)
    if (!found) throw new Error(`The text of the operation ${sha256} is gone.`)
    return found.text
  }

  @Authenticated()
  @Mutation(() => Client, {
    description:
      'Adds operations to the safelist of a client that the caller acts for. The same again changes nothing.',
  })
  async registerOperations(
    @Arg('client', () => String, { description: 'Name of the client.' }) client: string,
    @Arg('documents', () => [String], {
      description:
        'GraphQL, each with one named operation, at most 100 kB; they are matched by the sha-256 of the text.',
    })
    documents: string[],
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await registerOperations(registry, { client, identity, documents }))
  }

  @Authenticated()
  @Mutation(() => Client, { description: 'Takes operations off the safelist of a client that the caller acts for.' })
  async removeOperations(
    @Arg('client', () => String, { description: 'Name of the client.' }) client: string,
    @Arg('sha256', () => [String]) sha256: string[],
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await removeOperations(registry, { client, identity, sha256 }))
  }
}
