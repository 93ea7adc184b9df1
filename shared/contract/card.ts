import { z } from 'zod'
import { parseDocument } from './check/parse-document.js'

const text = (max: number) => z.string().min(1).max(max)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha-256 in lower-case hex')
const finite = z.number()

/**
 * The model card of one model version (Mitchell et al. 2019, "Model Cards for Model Reporting"): where it comes from,
 * how good it is on rows it has not seen, and what it should not be used for. Committed beside the artifact as
 * `card.json` and published with it.
 */
export const modelCard = z.strictObject({
  format: z.literal(1),
  model: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/),
  version: z.int().positive(),
  summary: text(2_000),
  dataset: z.strictObject({
    name: text(200),
    description: text(2_000),
    rows: z.int().positive(),
    /** sha-256 over the canonical CSV of the full dataset, as written by the training script. */
    sha256,
    /** True where the data was simulated; false where it was measured. */
    synthetic: z.boolean(),
    source: text(500),
  }),
  split: z.strictObject({
    method: text(200),
    seed: z.int(),
    trainRows: z.int().positive(),
    heldOutRows: z.int().positive(),
  }),
  training: z.strictObject({
    algorithm: text(200),
    hyperparameters: z.record(z.string(), z.union([z.string(), finite, z.boolean(), z.null()])),
    /** Library versions, e.g. `{"python": "3.11.2", "scikit-learn": "1.2.1", "onnx": "1.12.0"}`. */
    frameworks: z.record(z.string(), z.string()),
    script: text(300),
    trainedAt: z.iso.datetime(),
  }),
  /** Measured on the held-out rows. `interval` is a 95 % confidence interval where one was computed. */
  metrics: z
    .array(
      z.strictObject({
        name: text(100),
        value: finite,
        split: z.enum(['heldOut', 'crossValidation']),
        interval: z.tuple([finite, finite]).optional(),
      }),
    )
    .min(1),
  limitations: z.array(text(1_000)).min(1),
  /** Inputs in the words of the contract, with the source framework's own answers. */
  goldenRows: z
    .array(z.strictObject({ input: z.record(z.string(), z.unknown()), output: z.record(z.string(), z.unknown()) }))
    .min(3)
    .max(50),
})

export type ModelCard = z.infer<typeof modelCard>

/** Reads a model card that came as JSON. Throws one `BAD_USER_INPUT` that lists what is wrong, paths starting at `card`. */
export function parseCard(json: unknown): ModelCard {
  return parseDocument(modelCard, json, 'card')
}
