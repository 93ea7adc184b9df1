import { Arg, Ctx, Float, GraphQLISODateTime, Mutation, Resolver } from 'type-graphql'
import { Client } from '../clients/client-type.js'
import { Authenticated } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { DEFAULT_KEY_DAYS, LONGEST_KEY_DAYS } from './expiry.js'
import { IssuedKey } from './key-type.js'
import { issueKey, LONGEST_OVERLAP_HOURS, revokeKey, rotateKey } from './keys.js'

const ClientName = () => Arg('client', () => String, { description: 'Name of the client.' })
const Prefix = () =>
  Arg('prefix', () => String, { description: 'First characters of the key, as the client lists them.' })
const Expiry = () =>
  Arg('expiresAt', () => GraphQLISODateTime, {
    nullable: true,
    description: `In ${DEFAULT_KEY_DAYS} days when left out; at most ${LONGEST_KEY_DAYS} days away.`,
  })

@Resolver()
export class KeyMutations {
  @Authenticated()
  @Mutation(() => IssuedKey, { description: 'Makes another key of a client that the caller acts for.' })
  async issueKey(
    @ClientName() client: string,
    @Expiry() expiresAt: Date | null,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<IssuedKey> {
    return new IssuedKey(await issueKey(registry, { client, identity, expiresAt }))
  }

  @Authenticated()
  @Mutation(() => IssuedKey, { description: 'Makes a key in place of another, which expires after the overlap.' })
  async rotateKey(
    @ClientName() client: string,
    @Prefix() prefix: string,
    @Arg('overlapHours', () => Float, {
      defaultValue: 24,
      description: `How long the old key goes on: 0 to ${LONGEST_OVERLAP_HOURS}.`,
    })
    overlapHours: number,
    @Expiry() expiresAt: Date | null,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<IssuedKey> {
    return new IssuedKey(await rotateKey(registry, { client, identity, prefix, overlapHours, expiresAt }))
  }

  @Authenticated()
  @Mutation(() => Client, { description: 'Revokes a key at once; gateways notice within 5 s.' })
  async revokeKey(
    @ClientName() client: string,
    @Prefix() prefix: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await revokeKey(registry, { client, identity, prefix }))
  }
}
