import { readFileSync } from 'node:fs'

/** One patient's record: 30 measurements by name. */
export type Measurements = Readonly<Record<string, number>>

/** Names of the 30 features of `malignancy-risk`, in the order of the tensor's columns. */
export function featureNames(): readonly string[] {
  const contracts = JSON.parse(readFileSync('schema/contracts/diagnostics.json', 'utf8')) as readonly ContractJson[]
  const contract = contracts.find(({ model }) => model === 'malignancy-risk')
  if (!contract)
    throw new Error('schema/contracts/diagnostics.json holds no contract of malignancy-risk; run `npm run schema`.')
  return contract.input.features.map(({ name }) => name)
}

/** The measurements of the 569 Wisconsin records, without ids and diagnoses. */
export function measurements(): readonly Measurements[] {
  const records = JSON.parse(readFileSync('subgraphs/patients/records.json', 'utf8')) as readonly Measurements[]
  const names = featureNames()
  return records.map((record) => Object.fromEntries(names.map((name) => [name, record[name]!])))
}

interface ContractJson {
  readonly model: string
  readonly input: { readonly features: readonly { readonly name: string }[] }
}
