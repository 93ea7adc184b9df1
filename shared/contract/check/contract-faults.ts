import type { Contract, FeatureDeclaration } from '../declaration.js'
import { findFeatureFaults, findOutputFaults } from './declaration-faults.js'
import { isTextual } from './textual.js'

/** One thing wrong with a contract: where in it, and a clause that can follow the name of what is there. */
export interface ContractFault {
  readonly path: string
  readonly name: string
  readonly fault: string
}

/** What is wrong with a contract whose fields have the right types; empty when nothing is. */
export function findContractFaults({ input, output }: Contract): readonly ContractFault[] {
  return [
    ...input.features.flatMap((feature, index) =>
      findFeatureFaults(feature).map((fault) => ({
        path: `input.features.${index}`,
        name: `${input.type}.${feature.name}`,
        fault,
      })),
    ),
    ...output.outputs.flatMap((declared, index) =>
      findOutputFaults(declared).map((fault) => ({
        path: `output.outputs.${index}`,
        name: `${output.type}.${declared.name}`,
        fault,
      })),
    ),
    ...findTwins(input.features, 'input.features', input.type),
    ...findTwins(output.outputs, 'output.outputs', output.type),
    ...findMixedTensors(input.features, input.type),
  ]
}

function findTwins(
  declared: readonly { readonly name: string }[],
  path: string,
  type: string,
): readonly ContractFault[] {
  const names = declared.map(({ name }) => name)
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: `${path}.${index}`, name: `${type}.${name}`, fault: 'is declared twice' }],
  )
}

/** The features of one tensor have to agree on its datatype. */
function findMixedTensors(features: readonly FeatureDeclaration[], type: string): readonly ContractFault[] {
  const first = new Map<string, FeatureDeclaration>()
  return features.flatMap((feature, index) => {
    const other = first.get(feature.tensor)
    if (!other || other.datatype === undefined) first.set(feature.tensor, feature)
    if (!other || sharesDatatype(feature, other)) return []
    const fault = `shares the tensor ${feature.tensor} with ${other.name}, but not its datatype`
    return [{ path: `input.features.${index}`, name: `${type}.${feature.name}`, fault }]
  })
}

function sharesDatatype(a: FeatureDeclaration, b: FeatureDeclaration): boolean {
  if (isTextual(a) !== isTextual(b)) return false
  return a.datatype === undefined || b.datatype === undefined || a.datatype === b.datatype
}
