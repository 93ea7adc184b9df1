import type { Network } from '../../deploy/launcher/network.js'
import type { MeasuredProcess } from '../process.js'
import { measurements } from '../records.js'
import type { Subject } from '../series.js'
import { atBare, atGateway, closedSubject, graphqlBody } from './targets.js'

const ROWS =
  'query Rows($inputs: [MassMeasurements!]!) { malignancyRiskMany(inputs: $inputs, at: "1") { ... on MalignancyRisk { probability } } }'
const COLUMNS =
  'query Columns($input: MassMeasurementsColumns!) { malignancyRiskColumns(input: $input, at: "1") { probability } }'

/**
 * A thousand rows in one request, counted in rows: as columns to the bare script, and through the gateway as typed rows and
 * as the same columns.
 */
export function columnSubjects(network: Network, bare: MeasuredProcess): Subject[] {
  const records = measurements()
  const inputs = Array.from({ length: 1_000 }, (_, row) => records[row % records.length]!)
  const input = Object.fromEntries(Object.keys(inputs[0]!).map((name) => [name, inputs.map((row) => row[name]!)]))
  const named = (name: string) => ({ name, concurrency: 2, reference: 'bare-columns', rowsPerOperation: 1_000 })
  return [
    closedSubject(named('bare-columns'), atBare(bare, '/columns', [Buffer.from(JSON.stringify(input))])),
    closedSubject(named('rows-1000'), atGateway(network, [graphqlBody(ROWS, { inputs })])),
    closedSubject(named('columns-1000'), atGateway(network, [graphqlBody(COLUMNS, { input })])),
  ]
}
