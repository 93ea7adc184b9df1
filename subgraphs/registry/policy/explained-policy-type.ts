import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql'

export const PolicyDecision = { ALLOWED: 'ALLOWED', REFUSED: 'REFUSED', LEFT_OUT: 'LEFT_OUT' } as const
registerEnumType(PolicyDecision, {
  name: 'PolicyDecision',
  description: '`LEFT_OUT`: the variables take the field out, by `@skip` or `@include`.',
})

export const RuleSource = { TEAM: 'TEAM', OPERATOR: 'OPERATOR', CLIENT: 'CLIENT', DEFAULT: 'DEFAULT' } as const
registerEnumType(RuleSource, {
  name: 'PolicyRuleSource',
  description:
    'Who made a rule: the team in its SDL, the operator of the gateway, the client by its denied fields or introspection; by default a mutation is denied.',
})

@InputType({ description: 'For whom to explain: a client, what is given beside it in place of what it has, or both.' })
export class ExplainedCallerInput {
  @Field(() => String, { nullable: true, description: 'Name of a client of this environment.' })
  client?: string | null

  @Field(() => [String], { nullable: true, description: 'None, where neither these nor a client are given.' })
  scopes?: string[] | null

  @Field(() => Boolean, { nullable: true, description: 'Whether it may ask for the schema.' })
  introspection?: boolean | null

  @Field(() => [String], { nullable: true, description: 'Coordinates that are denied to it.' })
  deniedFields?: string[] | null
}

@ObjectType({ description: 'A rule that stands before a field.' })
export class PolicyRule {
  @Field(() => RuleSource)
  source!: keyof typeof RuleSource

  @Field(() => String, {
    description: 'Where it is declared: on the field, its type, an interface, or the scalar that it returns.',
  })
  at!: string

  @Field(() => String, { description: 'What it needs, in words: `the scope predict:fraud-detector`.' })
  needs!: string

  @Field(() => Boolean, { description: 'Whether it holds for the caller.' })
  holds!: boolean
}

@ObjectType({ description: 'What would be decided of one field.' })
export class ExplainedField {
  @Field(() => [String], { description: 'Its place in the answer, without list indices.' })
  path!: readonly string[]

  @Field(() => String, { description: '`Patient.risk`; on an interface or union one for every possible type.' })
  coordinate!: string

  @Field(() => PolicyDecision)
  decision!: keyof typeof PolicyDecision

  @Field(() => [PolicyRule], { description: 'All must hold. None where an authenticated caller is enough.' })
  rules!: readonly PolicyRule[]

  @Field(() => String, { nullable: true, description: 'Why it is refused, as the caller is told.' })
  reason!: string | null
}

@ObjectType({ description: 'What the policy would decide of an operation.' })
export class ExplainedPolicy {
  @Field(() => Boolean, { description: 'Whether the operation may be sent, and no field of it is refused.' })
  allowed!: boolean

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether this text is in the safelist of the client; null for one that need not keep to it.',
  })
  safelisted!: boolean | null

  @Field(() => [ExplainedField], { description: 'In the order asked.' })
  fields!: readonly ExplainedField[]
}
