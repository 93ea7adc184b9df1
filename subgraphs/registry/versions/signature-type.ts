import { Field, ObjectType } from 'type-graphql'
import type { Signature, TensorSpec } from '../../../shared/tensor/signature.js'
import { Immutable } from '../graph/immutable.js'

@Immutable()
@ObjectType({ description: 'A tensor of an artifact.' })
export class Tensor {
  constructor(private readonly spec: TensorSpec) {}

  @Field(() => String)
  get name(): string {
    return this.spec.name
  }

  @Field(() => String)
  get datatype(): string {
    return this.spec.datatype
  }

  @Field(() => [String], { description: 'Sizes, or symbols where they vary; the first counts rows.' })
  get shape(): string[] {
    return this.spec.shape.map(String)
  }
}

@Immutable()
@ObjectType('Signature', { description: 'The tensors that an artifact takes and gives.' })
export class SignatureType {
  constructor(private readonly signature: Signature) {}

  @Field(() => [Tensor])
  get inputs(): Tensor[] {
    return this.signature.inputs.map((spec) => new Tensor(spec))
  }

  @Field(() => [Tensor])
  get outputs(): Tensor[] {
    return this.signature.outputs.map((spec) => new Tensor(spec))
  }
}
