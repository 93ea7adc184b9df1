import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql'
import { Authenticated } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { cursorOf, idAt, LARGEST_PAGE, requirePageSize } from '../graph/page.js'
import { requireActing } from './acting.js'
import { findHistory } from './client-history.js'
import { Client } from './client-type.js'
import { findClient, findClients } from './find-clients.js'
import { ClientHistory } from './history-type.js'

const First = (most: number) => Arg('first', () => Int, { defaultValue: most, description: `At most ${LARGEST_PAGE}.` })
const After = (what: string) => Arg('after', () => String, { nullable: true, description: what })

@Resolver(() => Client)
export class ClientResolver {
  @Authenticated()
  @Query(() => [Client], { description: 'The clients of this environment that the caller acts for, by name.' })
  async clients(
    @First(LARGEST_PAGE) first: number,
    @After('Name of the client after which the page begins.') after: string | null,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client[]> {
    requirePageSize(first)
    const found = await findClients(registry, { identity, first, after: after ?? undefined })
    return found.slice(0, first).map((client) => new Client(client))
  }

  @Authenticated()
  @Query(() => Client, { description: 'One client that the caller acts for.' })
  async client(
    @Arg('name', () => String) name: string,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(requireActing(identity, await findClient(registry, name), name))
  }

  @FieldResolver(() => ClientHistory, { description: 'Who changed what, the latest first.' })
  async history(
    @Root() { document }: Client,
    @First(20) first: number,
    @After('`pageInfo.endCursor` of the page before.') after: string | null,
    @Ctx() { registry }: RegistryContext,
  ): Promise<ClientHistory> {
    requirePageSize(first)
    const id = idAt(after)
    const before = id === undefined ? undefined : Number(id) || 0
    const found = await findHistory(registry.database, document, { first, before })
    const nodes = found.slice(0, first)
    const last = nodes.at(-1)
    const endCursor = last ? cursorOf(String(last.revision)) : null
    return { nodes, pageInfo: { hasNextPage: found.length > first, endCursor } }
  }
}
