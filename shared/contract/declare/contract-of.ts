import { findContractFaults } from '../check/contract-faults.js'
import type { Contract } from '../declaration.js'
import { DeclarationError } from './declaration-error.js'
import { type Derive, declaredFeatures, declaredOutputs } from './declared.js'

type Class<Instance extends object> = new () => Instance

/** What a team says of a model beside its features and outputs. */
export interface ContractOptions<Input extends object, Output extends object> {
  /** Lower-case with hyphens: `fraud-detector`. */
  readonly name: string
  readonly description: string
  /** Agreed response time in milliseconds, at the subgraph, for one row. */
  readonly responseTimeMs: number
  readonly input: Class<Input>
  readonly output: Class<Output>
}

/** A contract with the code that JSON cannot hold: the classes of its rows and answers, and how outputs are derived. */
export interface ContractDefinition<Input extends object = object, Output extends object = object> {
  readonly contract: Contract
  readonly input: Class<Input>
  readonly output: Class<Output>
  /** By the name of the derived output, in the order they are computed. */
  readonly derive: ReadonlyMap<string, Derive>
}

/** Reads the contract off decorated classes. Throws a {@link DeclarationError} if they don't make one. */
export function contractOf<Input extends object, Output extends object>(
  options: ContractOptions<Input, Output>,
): ContractDefinition<Input, Output> {
  const { name, description, responseTimeMs, input, output } = options
  const features = declaredFeatures.of(input.prototype)
  const outputs = declaredOutputs.of(output.prototype)
  const contract: Contract = {
    format: 1,
    model: name,
    description,
    responseTimeMs,
    input: { type: input.name, features },
    output: { type: output.name, outputs: outputs.map(({ declaration }) => declaration) },
  }
  refuseFaults(contract)
  const derived = outputs.flatMap(({ declaration, derive }) => (derive ? [[declaration.name, derive] as const] : []))
  return { contract, input, output, derive: new Map(derived) }
}

function refuseFaults(contract: Contract): void {
  const { model, responseTimeMs, input, output } = contract
  const refuse = (sentence: string) => {
    throw new DeclarationError(sentence)
  }
  if (!/^[a-z][a-z0-9-]{1,62}$/.test(model)) {
    refuse(`The model name ${JSON.stringify(model)} must be lower-case letters, digits and hyphens, 2 to 63 of them.`)
  }
  if (!(responseTimeMs > 0)) refuse(`${model} needs an agreed responseTimeMs above 0.`)
  if (input.features.length === 0)
    refuse(`${model} has no feature: decorate the properties of ${input.type} with @Feature.`)
  if (output.outputs.length === 0)
    refuse(`${model} has no output: decorate the properties of ${output.type} with @Output.`)
  const [fault] = findContractFaults(contract)
  if (fault) refuse(`${fault.name} ${fault.fault}.`)
}
