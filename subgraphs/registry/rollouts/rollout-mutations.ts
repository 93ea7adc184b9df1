import { Arg, Ctx, Int, Mutation, Resolver } from 'type-graphql'
import { PublisherOnly } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { requireModel } from '../models/models.js'
import { requirePublisher } from '../teams/ownership.js'
import { changeRollout } from './change-rollout.js'
import type { Command } from './machine/command.js'
import type { GateDeclaration } from './machine/gate-declaration.js'
import { RolloutShadowInput, StartRolloutInput } from './rollout-input.js'
import { Rollout } from './rollout-type.js'

const ModelName = () => Arg('model', () => String)
const Reason = () => Arg('reason', () => String, { description: 'Kept in the history.' })
const Revision = () =>
  Arg('revision', () => Int, { description: 'The one that the caller saw; `CONFLICT` when it is another by now.' })
/** Who acts for the model's team. */
const Changes = (description: string) => (target: object, key: string, descriptor: PropertyDescriptor) => {
  PublisherOnly()(target, key, descriptor)
  Mutation(() => Rollout, { description })(target, key, descriptor)
}

@Resolver()
export class RolloutMutations {
  @Changes('Puts a version on trial beside the champion. It gets traffic when every live replica has it ready.')
  startRollout(
    @ModelName() model: string,
    @Arg('input', () => StartRolloutInput) { version, steps, gate }: StartRolloutInput,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    const command = { kind: 'start' as const, version, steps: steps.map((step) => ({ ...step })), gate: plain(gate) }
    return change(context, { model, command, reason, revision })
  }

  @Changes('Goes to the next step at once; the steps after it follow in their time.')
  stepRollout(
    @ModelName() model: string,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    return change(context, { model, command: { kind: 'step' }, reason, revision })
  }

  @Changes('Stays at the current step until somebody decides. The gate may still roll back.')
  pauseRollout(
    @ModelName() model: string,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    return change(context, { model, command: { kind: 'pause' }, reason, revision })
  }

  @Changes('Goes on after a pause; the current step begins anew.')
  resumeRollout(
    @ModelName() model: string,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    return change(context, { model, command: { kind: 'resume' }, reason, revision })
  }

  @Changes('Makes the canary the champion.')
  promoteRollout(
    @ModelName() model: string,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    return change(context, { model, command: { kind: 'promote' }, reason, revision })
  }

  @Changes('Takes canary and shadows away; without a canary, the champion from before is champion again.')
  rollBackRollout(
    @ModelName() model: string,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    return change(context, { model, command: { kind: 'rollBack' }, reason, revision })
  }

  @Changes('Says which versions run on a sample of the rows and answer nobody; an empty list ends that.')
  setShadows(
    @ModelName() model: string,
    @Arg('shadows', () => [RolloutShadowInput]) shadows: RolloutShadowInput[],
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    const command = { kind: 'setShadows' as const, shadows: shadows.map((shadow) => ({ ...shadow })) }
    return change(context, { model, command, reason, revision })
  }

  @Changes('Says which version answers where another fails; null is the champion.')
  setFallback(
    @ModelName() model: string,
    @Arg('version', () => Int, { nullable: true }) version: number | null,
    @Reason() reason: string,
    @Revision() revision: number,
    @Ctx() context: RegistryContext,
  ): Promise<Rollout> {
    return change(context, { model, command: { kind: 'setFallback', version }, reason, revision })
  }
}

/** Without the classes and the nulls of GraphQL. */
function plain(gate: StartRolloutInput['gate']): GateDeclaration | null {
  if (!gate) return null
  const conditions = gate.conditions.map(({ decisionThreshold, ...condition }) => ({
    ...condition,
    ...(typeof decisionThreshold === 'number' && { decisionThreshold }),
  }))
  return { conditions, intervalMs: gate.intervalMs, threshold: gate.threshold }
}

interface Asked {
  readonly model: string
  readonly command: Command
  readonly reason: string
  readonly revision: number
}

async function change({ registry, identity }: RegistryContext, asked: Asked): Promise<Rollout> {
  requirePublisher(identity, (await requireModel(registry.database, asked.model)).team)
  const { _id, rollouts } = await changeRollout(registry, { ...asked, by: identity.client })
  return new Rollout(_id, rollouts![registry.environment]!)
}
