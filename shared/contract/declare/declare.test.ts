import { InputType, ObjectType } from 'type-graphql'
import { describe, expect, it } from 'vitest'
import { fraudDetector } from '../fixtures/payment.js'
import { parseContract } from '../parse-contract.js'
import { contractOf } from './contract-of.js'
import { Feature, type FeatureOptions } from './feature.js'
import { Output, type OutputOptions } from './output.js'

function declareFeature(options: FeatureOptions, name = 'amount'): void {
  class Payment {}
  Feature(options)(Payment.prototype, name)
}

function declareOutput(options: OutputOptions): void {
  class FraudScore {}
  Output(options)(FraudScore.prototype, 'probability')
}

describe('Feature', () => {
  it.each<[FeatureOptions, string]>([
    [{ min: 2, max: 1 }, 'Payment.amount has min 2 above max 1.'],
    [{ max: Number.POSITIVE_INFINITY }, 'Payment.amount has an infinite bound.'],
    [{ min: 0, example: -1 }, 'Payment.amount has the example -1, which is not a number ≥ 0.'],
    [{ type: 'int', example: 0.5 }, 'Payment.amount has the example 0.5, which is not a whole number.'],
    [{ type: 'bool', min: 0 }, 'Payment.amount is a bool, which has no range.'],
    [{ categories: [] }, 'Payment.amount has no categories.'],
    [{ categories: ['A', 'A'] }, 'Payment.amount names a category twice.'],
    [{ categories: ['1st'] }, 'Payment.amount has the category "1st", which is no GraphQL enum value name.'],
    [{ categories: ['A'], optional: { impute: 'B' } }, 'Payment.amount imputes "B", which is not one of A.'],
    [{ type: 'vector' }, 'Payment.amount is a vector and needs its `length`, a whole number from 1.'],
    [{ type: 'int', optional: { impute: 'NaN' } }, 'Payment.amount imputes "NaN", which is not a whole number.'],
    [{ type: 'string', datatype: 'int64' }, 'Payment.amount is a string, which no int64 tensor takes.'],
    [
      { image: { width: 8, height: 8, channels: 1 }, example: 'R0lGODlhAQABAAAAACw=' },
      'Payment.amount has an example that is neither a PNG nor a JPEG in base64.',
    ],
    [
      { min: 2, max: 1, encoding: 'code' },
      'Payment.amount has min 2 above max 1; it is a float, which has no encoding.',
    ],
  ])('%#: refuses what contradicts itself with a sentence', (options, sentence) => {
    expect(() => declareFeature(options)).toThrow(sentence)
  })

  it.each(['größe', '__proto', 'a-b', 'constructor', 'toString', ''])('refuses the name %s', (name) => {
    expect(() => declareFeature({}, name)).toThrow(`Payment.${name} has a name that`)
  })

  it.each<[FeatureOptions, unknown]>([
    [{}, 0],
    [{ min: 3 }, 3],
    [{ max: -3 }, -3],
    [{ min: 0, max: 5 }, 2.5],
    [{ type: 'int', min: 0, max: 5 }, 2],
    [{ length: 2, min: 1 }, [1, 1]],
    [{ type: 'string' }, ''],
  ])('%#: makes up an example that passes its own check', (options, example) => {
    class Row {}
    Feature(options)(Row.prototype, 'value')
    class Answer {}
    Output({ tensor: 'score' })(Answer.prototype, 'score')
    const { contract } = contractOf({
      name: 'some-model',
      description: '',
      responseTimeMs: 1,
      input: Row,
      output: Answer,
    })
    expect(contract.input.features[0]!.example).toEqual(example)
  })

  it('refuses one enum type name for different categories', () => {
    class Refund {}
    Feature({ categories: ['A', 'B'], enumType: 'Grade' })(Refund.prototype, 'grade')
    Feature({ categories: ['A', 'B'], enumType: 'Grade' })(Refund.prototype, 'gradeBefore')
    expect(() => Feature({ categories: ['A', 'C'], enumType: 'Grade' })(Refund.prototype, 'other')).toThrow(
      'The enum type Grade is declared with the categories A, B and with A, C; give one of them another `enumType`.',
    )
  })
})

describe('Output', () => {
  it.each<[OutputOptions, string]>([
    [{}, 'FraudScore.probability is either read from a tensor (`tensor`) or derived from the other outputs (`from`).'],
    [{ tensor: 'p', from: () => 1 }, 'FraudScore.probability is either read from a tensor'],
    [{ tensor: 'p', column: -1 }, 'FraudScore.probability reads column -1, but columns count from 0.'],
    [{ tensor: 'p', min: 1, max: 0 }, 'FraudScore.probability has min 1 above max 0.'],
  ])('%#: refuses what contradicts itself with a sentence', (options, sentence) => {
    expect(() => declareOutput(options)).toThrow(sentence)
  })
})

describe('contractOf', () => {
  it('makes a contract that survives being sent as JSON', () => {
    const { contract } = fraudDetector
    expect(parseContract(JSON.parse(JSON.stringify(contract)))).toEqual(contract)
    expect(contract.input.features.map(({ kind }) => kind)).toEqual([
      'float',
      'category',
      'category',
      'int',
      'bool',
      'vector',
      'float',
      'float',
      'float',
    ])
  })

  it('takes the features of the class it extends first', () => {
    @InputType()
    class Base {
      @Feature() first!: number
    }
    @InputType()
    class Extended extends Base {
      @Feature() second!: number
    }
    @ObjectType()
    class Answer {
      @Output({ tensor: 'score' }) score!: number
    }
    const options = { name: 'some-model', description: '', responseTimeMs: 1, output: Answer }
    const { contract } = contractOf({ ...options, input: Extended })
    expect(contract.input.features.map(({ name }) => name)).toEqual(['first', 'second'])
    expect(contractOf({ ...options, input: Base }).contract.input.features).toHaveLength(1)
  })

  it('refuses classes that make no contract', () => {
    class Empty {}
    const { input, output } = fraudDetector
    const options = { name: 'some-model', description: '', responseTimeMs: 1, input, output }
    expect(() => contractOf({ ...options, input: Empty })).toThrow('decorate the properties of Empty with @Feature')
    expect(() => contractOf({ ...options, output: Empty })).toThrow('decorate the properties of Empty with @Output')
    expect(() => contractOf({ ...options, name: 'Some Model' })).toThrow('The model name "Some Model" must be')
    expect(() => contractOf({ ...options, responseTimeMs: 0 })).toThrow('responseTimeMs above 0')
  })

  it('refuses texts and numbers in one tensor', () => {
    class Mixed {}
    Feature()(Mixed.prototype, 'amount')
    Feature({ type: 'string' })(Mixed.prototype, 'note')
    const options = { name: 'some-model', description: '', responseTimeMs: 1, output: fraudDetector.output }
    expect(() => contractOf({ ...options, input: Mixed })).toThrow(
      'Mixed.note shares the tensor features with amount, but not its datatype.',
    )
  })
})
