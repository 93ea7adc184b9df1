import type { Contract } from '../../contract/declaration.js'

/** Names in the graph that follow from a contract. */
export interface ModelNames {
  /** `fraudDetector` */
  readonly one: string
  readonly many: string
  readonly columns: string
  readonly batch: string
  readonly input: string
  readonly output: string
  readonly result: string
  readonly inputColumns: string
  readonly outputColumns: string
  readonly outputBatch: string
  /** Scope a caller needs: `predict:fraud-detector`. */
  readonly scope: string
}

export function modelNames(contract: Contract): ModelNames {
  const one = camelCase(contract.model)
  const input = contract.input.type
  const output = contract.output.type
  return {
    one,
    many: `${one}Many`,
    columns: `${one}Columns`,
    batch: `${one}Batch`,
    input,
    output,
    result: `${output}Result`,
    inputColumns: `${input}Columns`,
    outputColumns: `${output}Columns`,
    outputBatch: `${output}Batch`,
    scope: `predict:${contract.model}`,
  }
}

function camelCase(hyphened: string): string {
  return hyphened.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
