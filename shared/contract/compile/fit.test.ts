import { describe, expect, it } from 'vitest'
import type { Signature, TensorSpec } from '../../tensor/signature.js'
import { contractOf } from '../declare/contract-of.js'
import { Feature, type FeatureOptions } from '../declare/feature.js'
import { fraudDetector } from '../fixtures/payment.js'
import { compileContract } from './compile-contract.js'

const features: TensorSpec = { name: 'features', datatype: 'float32', shape: ['N', 12] }
const label: TensorSpec = { name: 'label', datatype: 'int64', shape: ['N'] }
const probabilities: TensorSpec = { name: 'probabilities', datatype: 'float32', shape: ['N', 2] }

function misfits(signature: Partial<Signature>): readonly string[] {
  const outputs = [label, probabilities]
  return compileContract(fraudDetector).fit({ inputs: [features], outputs, ...signature })
}

/** What of a contract with these features an artifact with these inputs does not honour. */
function fitInputs(
  declared: Readonly<Record<string, FeatureOptions>>,
  inputs: readonly TensorSpec[],
): readonly string[] {
  class Row {}
  for (const [name, options] of Object.entries(declared)) Feature(options)(Row.prototype, name)
  const definition = contractOf({
    name: 'some-model',
    description: '',
    responseTimeMs: 1,
    input: Row,
    output: fraudDetector.output,
  })
  return compileContract(definition).fit({ inputs, outputs: [label, probabilities] })
}

describe('fit', () => {
  it('says what the contract implies', () => {
    const { inputs, outputs } = compileContract(fraudDetector)
    expect(inputs).toEqual([features])
    expect(outputs).toEqual([
      { name: 'probabilities', datatype: 'float32', shape: ['N', 2] },
      { name: 'label', datatype: 'int64', shape: ['N', 1] },
    ])
  })

  it.each<[string, Partial<Signature>]>([
    ['as implied', {}],
    ['a fixed number of rows', { inputs: [{ ...features, shape: [1, 12] }] }],
    ['the row in two dimensions', { inputs: [{ ...features, shape: ['N', 3, 4] }] }],
    ['float64', { inputs: [{ ...features, datatype: 'float64' }] }],
    ['output of a width only known when it ran', { outputs: [label, { ...probabilities, shape: ['?', '?'] }] }],
    ['more outputs than asked', { outputs: [label, probabilities, { ...label, name: 'margin' }] }],
    ['a category answered by name', { outputs: [{ ...label, datatype: 'string' }, probabilities] }],
  ])('accepts %s', (_, signature) => {
    expect(misfits(signature)).toEqual([])
  })

  it.each<[Partial<Signature>, string]>([
    [
      { inputs: [{ ...features, shape: ['N', 11] }] },
      'input tensor features: the contract needs float32[N,12], the artifact has float32[N,11]',
    ],
    [
      { inputs: [{ ...features, datatype: 'int64' }] },
      'input tensor features: the contract needs float32 or float64[N,12], the artifact has int64[N,12]',
    ],
    [
      { inputs: [{ ...features, shape: ['N', 'M'] }] },
      'input tensor features: the contract needs float32[N,12], the artifact has float32[N,M]',
    ],
    [
      { inputs: [features, { ...features, name: 'mask' }] },
      'input tensor mask: float32[N,12]: the artifact requires it, the contract has no feature for it',
    ],
    [
      { outputs: [label] },
      'output tensor probabilities: the contract needs float32 or float64 or int64 or int32 or uint8[N,2 or more], ' +
        'the artifact has no such tensor, only label: int64[N]',
    ],
    [
      { outputs: [label, { ...probabilities, shape: ['N', 1] }] },
      'output tensor probabilities: the contract needs float32[N,2 or more], the artifact has float32[N,1]',
    ],
    [
      { outputs: [{ ...label, datatype: 'float32' }, probabilities] },
      'output tensor label: the contract needs int64 or int32 or uint8 or string[N,1], the artifact has float32[N]',
    ],
  ])('%#: refuses a signature with both sides in the sentence', (signature, sentence) => {
    expect(misfits(signature)).toEqual([sentence])
  })

  it('names both sides of a tensor that goes by another name', () => {
    expect(misfits({ inputs: [{ ...features, name: 'X' }] })).toEqual([
      'input tensor features: the contract needs float32 or float64[N,12], the artifact has no such tensor, only X: float32[N,12]',
      'input tensor X: float32[N,12]: the artifact requires it, the contract has no feature for it',
    ])
  })

  it('feeds one tensor per feature, each of the datatype the artifact takes', () => {
    const declared = {
      count: { type: 'int', tensor: 'count' },
      abroad: { type: 'bool', tensor: 'abroad' },
      note: { type: 'string', tensor: 'note' },
    } as const
    const input = (name: string, datatype: TensorSpec['datatype']) => ({ name, datatype, shape: ['N', 1] })
    expect(fitInputs(declared, [input('count', 'int64'), input('abroad', 'bool'), input('note', 'string')])).toEqual([])
    expect(fitInputs(declared, [input('count', 'bool'), input('abroad', 'bool'), input('note', 'string')])).toEqual([
      'input tensor count: the contract needs float32 or float64 or int64 or int32[N,1], the artifact has bool[N,1]',
    ])
  })

  it('takes a grey image in any layout and a colour image only in its own', () => {
    const image = { width: 4, height: 2, channels: 3 } as const
    const artifact = (...shape: number[]) => [
      { name: 'features', datatype: 'float32', shape: ['N', ...shape] } as const,
    ]
    expect(fitInputs({ image: { image: { ...image, channels: 1 } } }, artifact(1, 2, 4))).toEqual([])
    expect(fitInputs({ image: { image } }, artifact(24))).toEqual([])
    expect(fitInputs({ image: { image } }, artifact(2, 4, 3))).toEqual([])
    expect(fitInputs({ image: { image: { ...image, layout: 'NCHW' } } }, artifact(3, 2, 4))).toEqual([])
    expect(fitInputs({ image: { image } }, artifact(3, 2, 4))).toEqual([
      'input tensor features: the contract needs float32[N,2,4,3], the artifact has float32[N,3,2,4]',
    ])
  })

  it('honours a pinned datatype', () => {
    const declared = { count: { datatype: 'int32', type: 'int' } } as const
    expect(fitInputs(declared, [{ name: 'features', datatype: 'float32', shape: ['N', 1] }])).toEqual([
      'input tensor features: the contract needs int32[N,1], the artifact has float32[N,1]',
    ])
  })
})
