import { Field, Float, InputType, Int } from 'type-graphql'
import type { QuotaPeriod as Period } from '../../../shared/control/protocol.js'
import { QuotaPeriod } from '../usage/usage-type.js'
import { AllowedOperations } from './policy-type.js'

@InputType()
export class RateInput {
  @Field(() => Float, { description: 'Above 0; 0.5 is one every two seconds.' })
  perSecond!: number

  @Field(() => Int, { description: 'How many may come at once after a rest.' })
  burst!: number
}

@InputType()
export class ModelRateInput {
  @Field(() => String)
  model!: string

  @Field(() => RateInput, { description: 'In predictions.' })
  rate!: RateInput
}

@InputType()
export class QuotaInput {
  @Field(() => Float, { description: 'Rows that may be asked for in a period; a whole number.' })
  predictions!: number

  @Field(() => QuotaPeriod)
  period!: Period
}

@InputType()
export class ClientLimitsInput {
  @Field(() => RateInput, { nullable: true, description: "In operations; the gateway's default when left out." })
  rate?: RateInput | null

  @Field(() => [ModelRateInput], { defaultValue: [] })
  models!: ModelRateInput[]

  @Field(() => QuotaInput, { nullable: true, description: 'None when left out.' })
  quota?: QuotaInput | null
}

@InputType()
export class DeliveryPolicyInput {
  @Field(() => AllowedOperations)
  operations!: 'ANY' | 'SAFELISTED'

  @Field(() => Boolean, { description: 'Whether the client may ask for the schema.' })
  introspection!: boolean

  @Field(() => [String], { defaultValue: [], description: 'Such as `https://app.example`; empty is anywhere.' })
  origins!: string[]

  @Field(() => [String], { defaultValue: [], description: 'Such as `192.0.2.0/24`; empty is anywhere.' })
  networks!: string[]

  @Field(() => [String], {
    defaultValue: [],
    description: 'Coordinates such as `Patient.birthDate`; only admins change them.',
  })
  deniedFields!: string[]
}
