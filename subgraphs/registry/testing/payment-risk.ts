import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ModelCard } from '../../../shared/contract/card.js'
import type { Contract } from '../../../shared/contract/declaration.js'

/** The contract that the fixtures `risk-1` and `risk-2` honour. Everything about it is synthetic. */
export const CONTRACT: Contract = {
  format: 1,
  model: 'payment-risk',
  description: 'Whether a payment will be disputed (synthetic).',
  responseTimeMs: 50,
  input: {
    type: 'Payment',
    features: [
      { name: 'amount', kind: 'float', unit: 'EUR', min: 0, example: 40, tensor: 'features' },
      { name: 'sinceLastPayment', kind: 'float', unit: 's', min: 0, example: 60, tensor: 'features' },
    ],
  },
  output: {
    type: 'PaymentRisk',
    outputs: [
      { name: 'probability', kind: 'float', min: 0, max: 1, tensor: 'probabilities', column: 0 },
      { name: 'risky', kind: 'bool', derived: 'a probability of 0.5 or more' },
    ],
  },
}

export function contractOf(model: string): Contract {
  return { ...CONTRACT, model }
}

export interface ArtifactFile {
  readonly bytes: Buffer
  readonly sha256: string
}

/** A fixture of shared/serving: `risk-1`, `risk-2`, `foreign` (three features), `corrupt`. */
export function artifactFile(name: string): ArtifactFile {
  const url = new URL(`../../../shared/serving/fixtures/${name}.onnx`, import.meta.url)
  const bytes = readFileSync(fileURLToPath(url))
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** Weights and bias of the fixtures, for golden rows. */
const RISK = {
  'risk-1': { amount: 0.01, sinceLastPayment: -0.001, bias: 0 },
  'risk-2': { amount: 0.02, sinceLastPayment: -0.001, bias: 1 },
} as const

/** A card whose golden rows are computed here, not by the runtime. */
export function cardOf(
  artifact: keyof typeof RISK,
  { version = 1, model = 'payment-risk', summary = 'Synthetic.' } = {},
): ModelCard {
  const weights = RISK[artifact]
  const goldenRows = [0, 1, 2].map((row) => {
    const input = { amount: 40 * row, sinceLastPayment: 600 - 100 * row }
    const logit = weights.amount * input.amount + weights.sinceLastPayment * input.sinceLastPayment + weights.bias
    return { input, output: { probability: 1 / (1 + Math.exp(-logit)), risky: logit >= 0 } }
  })
  return { ...CARD, model, version, summary, goldenRows }
}

const CARD: Omit<ModelCard, 'model' | 'version' | 'summary' | 'goldenRows'> = {
  format: 1,
  dataset: {
    name: 'Simulated payments (synthetic)',
    description: 'Synthetic: no real payments.',
    rows: 1_000,
    sha256: 'a'.repeat(64),
    synthetic: true,
    source: 'shared/serving/fixtures/make.py',
  },
  split: { method: 'random', seed: 1, trainRows: 800, heldOutRows: 200 },
  training: {
    algorithm: 'LogisticRegression',
    hyperparameters: { C: 1, penalty: 'l2' },
    frameworks: { python: '3.11.2', onnx: '1.12.0' },
    script: 'shared/serving/fixtures/make.py',
    trainedAt: '2026-11-20T12:00:00Z',
  },
  metrics: [{ name: 'rocAuc', value: 0.9, split: 'heldOut', interval: [0.85, 0.95] }],
  limitations: ['Synthetic; for tests only.'],
}
