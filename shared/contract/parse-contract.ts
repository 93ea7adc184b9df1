import { z } from 'zod'
import { type ContractFault, findContractFaults } from './check/contract-faults.js'
import { badInput, type Issue, MAX_ISSUES } from './check/issue.js'
import { parseDocument } from './check/parse-document.js'
import type { Contract } from './declaration.js'

const text = (max: number) => z.string().max(max)
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a GraphQL name')
const count = z.int().positive().max(1_000_000)

const image = z.strictObject({
  width: count.max(4_096),
  height: count.max(4_096),
  channels: z.union([z.literal(1), z.literal(3)]),
  scale: z.number().positive().optional(),
  invert: z.enum(['never', 'always', 'auto']).optional(),
  crop: z.enum(['never', 'content']).optional(),
  layout: z.enum(['NHWC', 'NCHW']).optional(),
})

const feature = z.strictObject({
  name,
  kind: z.enum(['float', 'int', 'bool', 'category', 'string', 'vector', 'image']),
  description: text(2_000).optional(),
  unit: text(50).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  categories: z.array(text(200)).max(10_000).optional(),
  encoding: z.enum(['code', 'oneHot']).optional(),
  enumType: name.optional(),
  length: count.optional(),
  maxLength: count.optional(),
  image: image.optional(),
  optional: z.strictObject({ impute: z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]) }).optional(),
  sensitive: z.boolean().optional(),
  example: z.unknown(),
  tensor: text(500).min(1),
  datatype: z.enum(['float32', 'float64', 'int32', 'int64', 'uint8', 'bool', 'string']).optional(),
})

const output = z.strictObject({
  name,
  kind: z.enum(['float', 'int', 'bool', 'category', 'string', 'vector']),
  description: text(2_000).optional(),
  unit: text(50).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  categories: z.array(text(200)).max(10_000).optional(),
  enumType: name.optional(),
  length: count.optional(),
  tensor: text(500).min(1).optional(),
  column: z.int().nonnegative().optional(),
  derived: text(2_000).optional(),
})

const contract = z.strictObject({
  format: z.literal(1),
  model: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'a model name: lower-case letters, digits and hyphens'),
  description: text(2_000),
  responseTimeMs: z.number().positive(),
  input: z.strictObject({ type: name, features: z.array(feature).min(1).max(10_000) }),
  output: z.strictObject({ type: name, outputs: z.array(output).min(1).max(1_000) }),
})

/**
 * Reads a contract that came as JSON, as a registry gets it. Throws one `BAD_USER_INPUT` that lists what is wrong with
 * it, paths starting at `contract`: a field of the wrong type, an example its own check refuses, a tensor whose features
 * disagree on its datatype.
 */
export function parseContract(json: unknown): Contract {
  const parsed: Contract = parseDocument(contract, json, 'contract')
  const faults = findContractFaults(parsed)
  if (faults.length > 0) throw badInput(faults.slice(0, MAX_ISSUES).map(issueOf))
  return parsed
}

function issueOf({ path, name, fault }: ContractFault): Issue {
  return { path: `contract.${path}`, expected: 'a declaration that can stand', received: `${name}, which ${fault}` }
}
