import { type ColumnField, type Contract, columnFields } from '../../contract/index.js'
import { describeInSdl } from './describe-in-sdl.js'
import { type ModelNames, modelNames } from './names.js'
import { ROUTING_ARGUMENTS } from './prediction.js'

/** What a model adds to its subgraph: definitions by type name (models may share a type), and root fields. */
export interface ModelSdl {
  readonly types: ReadonlyMap<string, string>
  readonly query: string
  readonly mutation: string
}

export function modelSdl(contract: Contract): ModelSdl {
  const names = modelNames(contract)
  const columns = columnFields(contract)
  return {
    types: new Map([
      [
        names.result,
        `"A prediction, or why there is none."\nunion ${names.result} = ${names.output} | PredictionError`,
      ],
      [names.inputColumns, inputColumns(names, columns.input)],
      [names.outputColumns, outputColumns(names, columns.output)],
      [names.outputBatch, outputBatch(names)],
    ]),
    query: queryFields(names, contract),
    mutation: mutationField(names),
  }
}

function queryFields(names: ModelNames, contract: Contract): string {
  const description = `${contract.description} Agreed response time: ${contract.responseTimeMs} ms.`
  return `
${describeInSdl(description)}
${names.one}(input: ${names.input}!, ${ROUTING_ARGUMENTS}): ${names.output} ${requires(names)}
"Many rows of \`${names.one}\`, answered in the order asked; a bad row harms only itself."
${names.many}(inputs: [${names.input}!]!, ${ROUTING_ARGUMENTS}): [${names.result}!]! ${requires(names)}
"\`${names.one}\` for thousands of rows: a vector per feature in, a vector per output back."
${names.columns}(input: ${names.inputColumns}!, ${ROUTING_ARGUMENTS}): ${names.outputColumns} ${requires(names)}`
}

function mutationField(names: ModelNames): string {
  return `
"Rows of \`${names.one}\` that may wait: they run when no interactive row does."
${names.batch}(inputs: [${names.input}!]!, ${ROUTING_ARGUMENTS}): ${names.outputBatch}! ${requires(names)}`
}

function requires(names: ModelNames): string {
  return `@requiresScopes(scopes: [["${names.scope}"]])`
}

function inputColumns(names: ModelNames, fields: readonly ColumnField[]): string {
  return `"Columns of \`${names.input}\`: one vector per feature, all of one length."
input ${names.inputColumns} {
${fields.map(columnSdl).join('\n')}
}`
}

function outputColumns(names: ModelNames, fields: readonly ColumnField[]): string {
  return `"Columns of \`${names.output}\`: one value per row asked; null where the row failed."
type ${names.outputColumns} {
${fields.map(columnSdl).join('\n')}
"UUIDv7 per row; null where the row failed."
predictionIds: StringVector!
"Why this version answered."
route: Route!
"Time at the subgraph, in milliseconds."
latencyMs: Float!
"The version that answered, but for the rows of \`fallback\`."
servedBy: ModelVersion!
"Of the version that answered, or of its model; null while neither is deprecated."
deprecation: DeprecationNotice
"The rows that another version answered, because this one failed them; null when there are none."
fallback: FallbackRows
"The rows that failed, in order."
failed: [FailedRow!]!
}`
}

function columnSdl({ name, scalar, nullable, description }: ColumnField): string {
  return `${describeInSdl(description)} ${name}: ${scalar.name}${nullable ? '' : '!'}`
}

function outputBatch(names: ModelNames): string {
  return `"Answers to the rows of one \`${names.batch}\`."
type ${names.outputBatch} {
"UUIDv7."
batchId: ID!
"Rows asked."
rows: Int!
succeeded: Int!
failed: Int!
"Time at the subgraph for all rows, in milliseconds."
latencyMs: Float!
"The version that answered; each row says whether the fallback had to."
servedBy: ModelVersion!
"Of the version that answered, or of its model; null while neither is deprecated."
deprecation: DeprecationNotice
"One per row, in the order asked."
results: [${names.result}!]!
}`
}
