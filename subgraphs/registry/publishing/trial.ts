import type { ModelCard } from '../../../shared/contract/card.js'
import type { Contract } from '../../../shared/contract/declaration.js'
import type { Signature } from '../../../shared/tensor/signature.js'
import type { Finding } from '../schemas/composition.js'

/** What is tried before a version is accepted. */
export interface TrialRequest {
  /** `fraud-detector@3`, for messages. */
  readonly id: string
  /** The ONNX file. */
  readonly path: string
  readonly contract: Contract
  readonly goldenRows: ModelCard['goldenRows']
}

/** The artifact's signature when it was accepted, else what is wrong with it. */
export type Trial =
  | { readonly signature: Signature; readonly findings?: undefined }
  | { readonly signature?: undefined; readonly findings: readonly Finding[] }
