import { InputType } from 'type-graphql'
import { Feature } from '../../shared/contract/index.js'

const MERCHANT_KINDS = [
  'GROCERY',
  'FUEL',
  'RESTAURANT',
  'FASHION',
  'ELECTRONICS',
  'TRAVEL',
  'DIGITAL_GOODS',
  'CASH',
] as const

/** Stands in for an unknown distance, as in training: the median of the training payments, in km. */
const USUAL_DISTANCE = 4.2

/** The features of `fraud-detector`, in tensor-column order. */
@InputType({ description: 'A card payment, as seen before it is authorised.' })
export class Payment {
  @Feature({ unit: 'EUR', min: 0, max: 1_000_000, example: 42.5 }) amount!: number

  @Feature({ categories: MERCHANT_KINDS, enumType: 'MerchantKind', example: 'GROCERY' })
  merchantKind!: (typeof MERCHANT_KINDS)[number]

  @Feature({ type: 'int', description: 'Local hour of the payment.', min: 0, max: 23, example: 18 }) hourOfDay!: number

  @Feature({
    description: 'Time since the payment before on this card; 30 days where there is none.',
    unit: 's',
    min: 0,
    example: 86_400,
  })
  sinceLastPayment!: number

  @Feature({
    type: 'int',
    description: 'Payments on this card in the 24 hours before.',
    min: 0,
    max: 100_000,
    example: 1,
  })
  paymentsLastDay!: number

  @Feature({
    description: "From the customer's home to the terminal or device, where known.",
    unit: 'km',
    min: 0,
    max: 20_100,
    example: 3.2,
    optional: { impute: USUAL_DISTANCE },
  })
  distanceFromHome?: number | null

  @Feature({ type: 'bool', description: 'The card itself was read, not only its number.', example: true })
  cardPresent!: boolean

  @Feature({ type: 'bool', description: "The merchant is outside the customer's country.", example: false })
  foreignCountry!: boolean

  @Feature({ type: 'int', unit: 'd', min: 0, max: 40_000, example: 1_200 }) accountAgeDays!: number

  @Feature({ type: 'bool', description: 'The customer has paid from this terminal or device before.', example: true })
  deviceKnown!: boolean
}
