import { z } from 'zod'
import { type ContractFault, findContractFaults } from '../../../shared/contract/check/contract-faults.js'
import type { Contract } from '../../../shared/contract/declaration.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

const NAME_RULE = 'expected a GraphQL name: a letter or _, then letters, digits or _'
const graphqlName = z
  .string()
  .max(100)
  .regex(/^[_A-Za-z][_0-9A-Za-z]*$/, NAME_RULE)
const tensorName = z.string().min(1).max(200)
const text = z.string().max(2_000)
const categories = z.array(graphqlName).min(1).max(1_000)

const declaration = {
  name: graphqlName,
  description: text.optional(),
  unit: z.string().max(50).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  categories: categories.optional(),
  enumType: graphqlName.optional(),
  length: z.int().min(1).max(100_000).optional(),
}

const image = z.looseObject({
  width: z.int().min(1).max(4_096),
  height: z.int().min(1).max(4_096),
  channels: z.union([z.literal(1), z.literal(3)]),
})

const feature = z.looseObject({
  ...declaration,
  kind: z.enum(['float', 'int', 'bool', 'category', 'string', 'vector', 'image']),
  maxLength: z.int().min(1).max(1_000_000).optional(),
  encoding: z.enum(['code', 'oneHot']).optional(),
  image: image.optional(),
  optional: z
    .strictObject({ impute: z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]) })
    .optional(),
  sensitive: z.boolean().optional(),
  example: z.unknown(),
  tensor: tensorName,
})

const output = z.looseObject({
  ...declaration,
  kind: z.enum(['float', 'int', 'bool', 'category', 'string', 'vector']),
  tensor: tensorName.optional(),
  column: z.int().min(0).max(100_000).optional(),
  derived: text.optional(),
})

const contract = z.strictObject({
  format: z.literal(1),
  model: z.string(),
  description: text,
  responseTimeMs: z.number().positive().max(600_000),
  input: z.strictObject({ type: graphqlName, features: z.array(feature).min(1).max(10_000) }),
  output: z.strictObject({ type: graphqlName, outputs: z.array(output).min(1).max(1_000) }),
})

/** Reads a contract that was sent as JSON. Throws `BAD_USER_INPUT` with the first place where it is none. */
export function readContract(json: unknown, path: string): Contract {
  const read = contract.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    throw refused([path, ...issue!.path].join('.'), issue!.message)
  }
  const declared = read.data as unknown as Contract
  const [fault] = findContractFaults(declared)
  if (fault) throw refused(`${path}.${fault.path}`, sentence(fault))
  return declared
}

function sentence({ name, fault }: ContractFault): string {
  return `${name} ${fault}`
}

function refused(path: string, reason: string): ModelgraphError {
  return new ModelgraphError('BAD_USER_INPUT', `${path} is no part of a contract: ${reason}.`, { path, expected: reason })
}
