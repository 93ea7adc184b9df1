import { compileColumnAdmission } from '../columns/column-admission.js'
import type { AdmittedRows, CompiledContract } from '../compiled.js'
import type { Contract } from '../declaration.js'
import type { ContractDefinition } from '../declare/contract-of.js'
import { type DecodeImage, decodeImage } from '../image/decode.js'
import { parseContract } from '../parse-contract.js'
import { findMisfits } from './fit.js'
import { decodeRowImages } from './image-rows.js'
import { layOutInputs, specOf } from './layout.js'
import { layOutOutputs, outputSpecOf } from './outputs.js'
import { Replay } from './replay.js'
import { admit, type CheckedRows, checkRows } from './row-admission.js'
import { generateRowCheck } from './row-check.js'
import { compileRowDecoder } from './row-decoder.js'
import type { RowCodec } from './rows-block.js'
import { generateTensorWriter } from './tensor-writer.js'

export interface CompileOptions {
  /** How images in base64 become samples; by default with `sharp`, a few at a time in this process. */
  readonly decodeImage?: DecodeImage
}

/**
 * Compiles a contract, once per model. A contract read from JSON answers plain objects and leaves out the outputs that
 * only a team's code can derive; a definition answers instances of the team's output class. Throws `BAD_USER_INPUT` for a
 * contract that `parseContract` refuses: source is generated from nothing else.
 */
export function compileContract(source: Contract | ContractDefinition, options: CompileOptions = {}): CompiledContract {
  const definition = 'contract' in source ? source : undefined
  const contract = parseContract(definition?.contract ?? source)
  const inputs = layOutInputs(contract)
  const outputs = layOutOutputs(contract)
  const decode = compileRowDecoder(contract, definition?.derive ?? new Map())
  const codec: RowCodec = {
    writers: inputs.map((layout) => [layout.name, generateTensorWriter(layout)]),
    decode,
    create: definition ? () => new definition.output() as Record<string, unknown> : () => ({}),
  }
  const prepare = compilePreparation(contract, options.decodeImage ?? decodeImage)
  return {
    contract,
    inputs: inputs.map(specOf),
    outputs: outputs.map(outputSpecOf),
    fit: (signature) => findMisfits(inputs, outputs, signature),
    admitRows: (rows, path, single = false) => {
      const prepared = prepare(rows, single ? () => path : (place) => `${path}.${place}`)
      return prepared instanceof Promise ? prepared.then((rows) => admit(codec, rows)) : admit(codec, prepared)
    },
    admitColumns: compileColumnAdmission(contract, inputs, decode, options.decodeImage ?? decodeImage),
    replay: (source) => {
      const block = new Replay(source, decode)
      return { block, results: block.results }
    },
    exampleBlock: (rows) => admitExample(contract, codec, prepare, rows),
  }
}

type Prepare = (rows: readonly unknown[], pathOf: (place: number) => string) => CheckedRows | Promise<CheckedRows>

/** The check of rows and, where the contract has images, their decoding. */
function compilePreparation(contract: Contract, decode: DecodeImage): Prepare {
  const check = generateRowCheck(contract)
  const images = contract.input.features.filter(({ kind }) => kind === 'image')
  if (images.length === 0) return (rows, pathOf) => checkRows(contract, check, rows, pathOf)
  return (rows, pathOf) => decodeRowImages(images, decode, checkRows(contract, check, rows, pathOf), pathOf)
}

/** The example row is prepared once and repeated. */
async function admitExample(
  contract: Contract,
  codec: RowCodec,
  prepare: Prepare,
  rows: number,
): Promise<AdmittedRows> {
  const example = Object.fromEntries(contract.input.features.map(({ name, example }) => [name, example]))
  const prepared = await prepare([example], () => 'example')
  const [row] = prepared.rows
  if (!row) throw prepared.results[0]
  return admit(codec, { rows: new Array(rows).fill(row), places: [], results: new Array(rows) })
}
