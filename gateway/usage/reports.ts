import {
  LARGEST_REPORT,
  MOST_ENTRIES,
  type PredictionUse,
  type RequestUse,
  type UsageReport,
  type UsedOperation,
} from '../../shared/control/usage.js'
import type { Counted } from './usage-table.js'

/** The entries of a report. */
export type ReportedUse = Pick<UsageReport, 'requests' | 'predictions' | 'operations' | 'otherFields'>

interface OpenReport extends ReportedUse {
  readonly requests: RequestUse[]
  readonly predictions: PredictionUse[]
  readonly operations: UsedOperation[]
}

/** Divides what was counted into reports of a size that the registry takes. `operations` are those to be described. */
export function reportsOf(counted: Counted, operations: readonly UsedOperation[]): readonly ReportedUse[] {
  const reports = [emptyReport([...counted.otherFields])]
  let size = JSON.stringify(reports[0]!.otherFields).length
  const put = <Entry>(entry: Entry, listOf: (report: OpenReport) => Entry[]): void => {
    const length = JSON.stringify(entry).length
    if (size + length > LARGEST_REPORT || listOf(reports.at(-1)!).length >= MOST_ENTRIES) {
      reports.push(emptyReport([]))
      size = 0
    }
    size += length
    listOf(reports.at(-1)!).push(entry)
  }
  for (const entry of operations) put(entry, (report) => report.operations)
  for (const entry of counted.requests) put(entry, (report) => report.requests)
  for (const entry of counted.predictions) put(entry, (report) => report.predictions)
  return reports
}

function emptyReport(otherFields: readonly string[]): OpenReport {
  return { requests: [], predictions: [], operations: [], otherFields }
}
