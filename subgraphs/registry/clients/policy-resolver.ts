import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql'
import { AdminOnly, Authenticated } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { Client } from './client-type.js'
import { ClientLimitsInput, DeliveryPolicyInput } from './policy-input.js'
import { ClientLimits, DeliveryPolicy, Safelist } from './policy-type.js'
import { setDelivery } from './set-delivery.js'
import { setLimits } from './set-limits.js'
import { wrongInput } from './wrong-input.js'

const ClientName = () => Arg('client', () => String, { description: 'Name of the client.' })
const Reason = () => Arg('reason', () => String, { description: 'Kept in the history.' })
const Revision = () =>
  Arg('revision', () => Int, { description: 'The one that the caller saw; `CONFLICT` when it is another by now.' })

@Resolver(() => Client)
export class PolicyResolver {
  @FieldResolver(() => ClientLimits)
  limits(@Root() { document: { limits } }: Client): ClientLimits {
    return { ...limits, models: Object.entries(limits.models).map(([model, rate]) => ({ model, rate })) }
  }

  @FieldResolver(() => DeliveryPolicy)
  delivery(@Root() { document }: Client): DeliveryPolicy {
    return document.delivery
  }

  @FieldResolver(() => DeliveryPolicy, {
    nullable: true,
    description: 'What an admin set last: those who act for the client may only be stricter. Null where none has.',
  })
  deliveryFloor(@Root() { document }: Client): DeliveryPolicy | null {
    return document.deliveryFloor ?? null
  }

  @FieldResolver(() => Safelist)
  safelist(@Root() { document }: Client): Safelist {
    return document.safelist
  }

  @AdminOnly()
  @Mutation(() => Client, { description: 'Sets all limits of a client; what is left out is unlimited or the default.' })
  async setClientLimits(
    @ClientName() client: string,
    @Arg('limits', () => ClientLimitsInput) limits: ClientLimitsInput,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await setLimits(registry, { client, identity, revision, reason, limits: plainLimits(limits) }))
  }

  @Authenticated()
  @Mutation(() => Client, {
    description:
      'Sets what a client that the caller acts for may send, and from where. Who is no admin may not loosen what one has set.',
  })
  async setDeliveryPolicy(
    @ClientName() client: string,
    @Arg('policy', () => DeliveryPolicyInput) policy: DeliveryPolicyInput,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Client> {
    return new Client(await setDelivery(registry, { client, identity, revision, reason, policy: { ...policy } }))
  }
}

/** Without the classes of GraphQL. */
function plainLimits({ rate, models, quota }: ClientLimitsInput) {
  const rates = models.map(({ model, rate }) => [model, { ...rate }] as const)
  const byModel = Object.fromEntries(rates)
  if (Object.keys(byModel).length < rates.length) throw wrongInput('limits.models', 'every model once', rates.length)
  return { rate: rate ? { ...rate } : null, models: byModel, quota: quota ? { ...quota } : null }
}
