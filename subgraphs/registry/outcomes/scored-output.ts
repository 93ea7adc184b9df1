import type { Contract, OutputDeclaration } from '../../../shared/contract/declaration.js'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { ModelDocument } from '../models/model-document.js'
import type { Observation } from '../statistics/observation.js'
import type { OutcomeMetric } from '../statistics/outcome-metric.js'
import type { OutcomeDocument } from './outcome-document.js'

const FITTING: Readonly<Record<OutcomeMetric, readonly OutputDeclaration['kind'][]>> = {
  ACCURACY: ['category', 'string', 'float', 'bool', 'int'],
  PRECISION: ['float', 'bool', 'int'],
  RECALL: ['float', 'bool', 'int'],
  ROC_AUC: ['float', 'int', 'bool'],
  RMSE: ['float', 'int'],
  CONVERSION_RATE: [],
}

/**
 * The output of a model that a metric holds against the outcome: the one named, else the first of the kind that suits
 * it best (a category for accuracy, a number for all else). Undefined for a metric that needs none. Throws
 * `BAD_USER_INPUT` when the contract has none that fits.
 */
export function scoredOutput(contract: Contract, metric: OutcomeMetric, named: string | null): string | undefined {
  if (FITTING[metric].length === 0) return undefined
  const fitting = fittingOutputs(contract, metric)
  const chosen = named === null ? fitting[0] : fitting.find(({ name }) => name === named)
  if (chosen) return chosen.name
  const names = fitting.map(({ name }) => name).join(', ')
  const expected = names ? `one of ${names}` : `a model with an output of kind ${FITTING[metric].join(' or ')}`
  const message = `${metric} of ${contract.model} cannot be told from ${named ?? 'its outputs'}: expected ${expected}.`
  throw new ModelgraphError('BAD_USER_INPUT', message, { path: 'output', expected })
}

/** Whether outcomes of a model can say this metric. */
export function hasScoredOutput({ contract }: Pick<ModelDocument, 'contract'>, metric: OutcomeMetric): boolean {
  return FITTING[metric].length === 0 || fittingOutputs(JSON.parse(contract) as Contract, metric).length > 0
}

/** Whether the output that suits this metric is held against the label of an outcome rather than its value. */
export function needsLabel({ contract }: Pick<ModelDocument, 'contract'>, metric: OutcomeMetric): boolean {
  const kind = fittingOutputs(JSON.parse(contract) as Contract, metric)[0]?.kind
  return kind === 'category' || kind === 'string'
}

/** The best suited first. */
function fittingOutputs({ output }: Contract, metric: OutcomeMetric): OutputDeclaration[] {
  const kinds = FITTING[metric]
  return output.outputs
    .filter(({ kind }) => kinds.includes(kind))
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
}

/** What an outcome says of an output; undefined where it says nothing, as of a category without a label. */
export function observationOf(
  { outputs, value, label }: OutcomeDocument,
  metric: OutcomeMetric,
  output: string | undefined,
): Observation | undefined {
  const isPositive = value > 0 ? 1 : 0
  if (output === undefined) return { score: isPositive, truth: isPositive }
  const answered = outputs[output]
  if (answered === undefined) return undefined
  if (typeof answered === 'string') return label === null ? undefined : { score: answered === label ? 1 : 0, truth: 1 }
  return { score: Number(answered), truth: metric === 'RMSE' ? value : isPositive }
}
