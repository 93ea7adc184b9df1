import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TensorSet } from '../../tensor/row-block.js'
import type { Datatype } from '../../tensor/signature.js'
import type { AdmittedColumns, AdmittedRows, CompiledContract } from '../compiled.js'
import type { Contract } from '../declaration.js'
import { arbitraryContract, arbitraryMistake, arbitraryRow } from '../fixtures/arbitrary.js'
import { encodeNaively } from '../fixtures/reference-encoder.js'
import { allot } from '../fixtures/tensors.js'
import { compileContract } from './compile-contract.js'

type Rows = Record<string, unknown>[]

const contractWithRows = arbitraryContract.chain((contract) =>
  fc.record({
    contract: fc.constant(contract),
    rows: fc.array(arbitraryRow(contract), { minLength: 1, maxLength: 5 }),
  }),
)

describe('encoding', () => {
  it('writes any allowed rows as the obvious encoder does, in any slices, into any datatype that loses nothing', () => {
    fc.assert(
      fc.property(contractWithRows, fc.nat(5), ({ contract, rows }, cut) => {
        const compiled = compileContract(contract)
        const admitted = compiled.admitRows(rows, 'inputs') as AdmittedRows
        for (const [index, spec] of compiled.inputs.entries()) {
          for (const datatype of datatypesOf(compiled, index)) {
            const into = { ...allot(compiled.inputs, rows.length), ...allot([spec], rows.length, datatype) }
            const written = encodeInSlices(admitted.block!, into, Math.min(cut, rows.length))
            expect(written[spec.name]).toEqual(asDatatype(encodeNaively(contract, spec.name, rows), datatype))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('writes columns as it writes rows', () => {
    fc.assert(
      fc.property(contractWithRows, ({ contract, rows }) => {
        const compiled = compileContract(contract)
        const byRows = compiled.admitRows(rows, 'inputs') as AdmittedRows
        const byColumns = compiled.admitColumns(columnsOf(contract, rows), 'input') as AdmittedColumns
        const tensors = () => allot(compiled.inputs, rows.length)
        expect(encodeInSlices(byColumns.block!, tensors(), 1)).toEqual(encodeInSlices(byRows.block!, tensors(), 1))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a row with one mistake at exactly its path, alone, in rows and in columns', () => {
    const withMistake = contractWithRows.chain(({ contract, rows }) => {
      const place = fc.nat(rows.length - 1)
      const feature = fc.constantFrom(...contract.input.features)
      return fc
        .tuple(place, feature)
        .chain(([place, feature]) =>
          arbitraryMistake(feature).map((mistake) => ({ contract, rows, place, feature, ...mistake })),
        )
    })
    fc.assert(
      fc.property(withMistake, ({ contract, rows, place, feature, value, path }) => {
        const compiled = compileContract(contract)
        const broken = rows.with(place, { ...rows[place], [feature.name]: value })
        const { results, block } = compiled.admitRows(broken, 'inputs') as AdmittedRows
        expect(results[place]).toMatchObject({
          code: 'BAD_USER_INPUT',
          details: { path: `inputs.${place}.${feature.name}${path}` },
        })
        expect(block?.length ?? 0).toBe(rows.length - 1)

        if (feature.kind === 'vector' && path === '') return
        const columns = compiled.admitColumns(columnsOf(contract, broken), 'input') as AdmittedColumns
        expect(columns.failed.map(({ row }) => row)).toEqual([place])
      }),
      { numRuns: 300 },
    )
  })
})

/** The datatypes that an artifact may choose for one input tensor. */
function datatypesOf(compiled: CompiledContract, index: number): Datatype[] {
  const spec = compiled.inputs[index]!
  const all: Datatype[] = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool', 'string']
  const others = compiled.inputs.filter((input) => input !== spec)
  return all.filter((datatype) => {
    const outputs = compiled.outputs
    return compiled.fit({ inputs: [...others, { ...spec, datatype }], outputs }).length === 0
  })
}

function encodeInSlices(
  block: NonNullable<AdmittedRows['block']>,
  into: TensorSet,
  cut: number,
): Record<string, unknown[]> {
  block.encode(cut, block.length, into, cut)
  block.encode(0, cut, into, 0)
  return Object.fromEntries(Object.entries(into).map(([name, { data }]) => [name, Array.from<unknown>(data)]))
}

function asDatatype(values: readonly unknown[], datatype: Datatype): unknown[] {
  if (datatype === 'int64') return values.map((value) => BigInt(value as number))
  return datatype === 'float32' ? values.map((value) => Math.fround(value as number)) : [...values]
}

/** The same rows as one vector per feature; those of vectors lie flat. */
function columnsOf({ input }: Contract, rows: Rows): Record<string, unknown[]> {
  return Object.fromEntries(
    input.features.map(({ name, kind }) => [
      name,
      rows.flatMap((row) => (kind === 'vector' ? (row[name] as unknown[]) : [row[name] ?? null])),
    ]),
  )
}
