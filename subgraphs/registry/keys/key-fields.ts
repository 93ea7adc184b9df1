import { FieldResolver, Resolver, Root } from 'type-graphql'
import { Client } from '../clients/client-type.js'
import { ApiKey } from './key-type.js'

@Resolver(() => Client)
export class KeyFields {
  @FieldResolver(() => [ApiKey], { description: 'Those that have expired or were revoked, too.' })
  keys(@Root() { document }: Client): ApiKey[] {
    return document.keys.map((key) => new ApiKey(key, document))
  }
}
