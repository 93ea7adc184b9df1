import type { Contract } from '../declaration.js'
import { type Issue, MAX_ISSUES } from './issue.js'
import { describeReceived, shorten } from './received.js'
import { findValueIssues } from './value-issues.js'

/** What is wrong with a row, feature by feature in the order declared, then the fields no feature knows; at most ten. */
export function findRowIssues(contract: Contract, row: unknown, path: string): readonly Issue[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return [notARow(contract, row, path)]
  const values = row as Readonly<Record<string, unknown>>
  const issues = contract.input.features.flatMap((feature) =>
    findValueIssues(feature, values[feature.name], `${path}.${feature.name}`),
  )
  return [...issues, ...unknownFields(contract, values, path)].slice(0, MAX_ISSUES)
}

/** Values are withheld: a misspelt name may hide a sensitive feature. */
function unknownFields(contract: Contract, row: Readonly<Record<string, unknown>>, path: string): readonly Issue[] {
  const names = new Set(contract.input.features.map((feature) => feature.name))
  return Object.keys(row)
    .filter((name) => !names.has(name))
    .map((name) => ({
      path: `${path}.${shorten(name)}`,
      expected: `a feature of ${contract.input.type} (${shorten([...names].join(', '))})`,
      received: 'an unknown field',
    }))
}

function notARow(contract: Contract, row: unknown, path: string): Issue {
  const sensitive = contract.input.features.some((feature) => feature.sensitive)
  return {
    path,
    expected: `an object with the features of ${contract.input.type}`,
    received: describeReceived(row, sensitive),
  }
}
