import type { Datatype } from '../tensor/signature.js'

/**
 * A contract as data: what clients see of a model, and all that is needed to check rows, to encode them into tensors
 * and to read the answers. It is made from the decorated classes of a team (`contractOf`), published to the registry
 * as JSON, and compiled (`compileContract`) wherever rows are checked or an artifact is tried.
 */
export interface Contract {
  /** Version of this format. */
  readonly format: 1
  /** The model's name, lower-case with hyphens: `fraud-detector`. */
  readonly model: string
  readonly description: string
  /** Agreed response time in milliseconds, at the subgraph, for one row. */
  readonly responseTimeMs: number
  /** Name of the GraphQL input type and the features in tensor-column order. */
  readonly input: { readonly type: string; readonly features: readonly FeatureDeclaration[] }
  /** Name of the GraphQL output type and its outputs. */
  readonly output: { readonly type: string; readonly outputs: readonly OutputDeclaration[] }
}

export type FeatureKind = 'float' | 'int' | 'bool' | 'category' | 'string' | 'vector' | 'image'

export interface FeatureDeclaration {
  readonly name: string
  readonly kind: FeatureKind
  readonly description?: string
  readonly unit?: string
  /** Inclusive bounds of a number, or of each element of a vector. */
  readonly min?: number
  readonly max?: number
  /** Allowed values of a category, in the order of their codes 0, 1, 2…; GraphQL enum value names. */
  readonly categories?: readonly string[]
  /** How a category becomes numbers: its code in one column (default), or one column per category. */
  readonly encoding?: 'code' | 'oneHot'
  /** Name of the GraphQL enum type of a category. */
  readonly enumType?: string
  /** Elements of a vector. */
  readonly length?: number
  /** Longest string in characters (default 1,000). */
  readonly maxLength?: number
  readonly image?: ImageDeclaration
  /** A feature that may be left out (or null) says what stands in for it: a value of the feature's own type, or NaN for models that take missing values. */
  readonly optional?: { readonly impute: number | boolean | string | readonly number[] | 'NaN' }
  /** The value never appears in errors, logs or stored predictions. */
  readonly sensitive?: boolean
  /** A value that passes the check; for an image, base64. */
  readonly example: unknown
  /**
   * Input tensor that takes this feature. Features that name the same tensor (by default, all of them: the artifact's
   * `features`) are its columns, in the order declared.
   */
  readonly tensor: string
  /**
   * Pins the datatype of the tensor. Without it the artifact decides among those that lose nothing: float32 or float64
   * for any numbers; int64, int32 and (where the range allows it) uint8 where all columns are whole; bool where all are
   * true or false; string for texts. A vector pinned to int32 or int64 takes whole numbers only, a category pinned to
   * string is fed by name.
   */
  readonly datatype?: Datatype
}

/** How a decoded image becomes numbers. Pixels are resized to width × height by area averaging and run row by row. */
export interface ImageDeclaration {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** Value of a full-intensity (255) sample after scaling; a sample s becomes s / 255 × scale. Default 1. */
  readonly scale?: number
  /** Dark ink on light paper is turned into light on dark. `auto` (default `never`) decides by the border pixels. */
  readonly invert?: 'never' | 'always' | 'auto'
  /**
   * `content` cuts away the ground around what is light (after inverting) and centres it on the same ground in a frame
   * of the target's proportions, as handwritten digits are normalised. Default `never`: the picture is resized as it is.
   */
  readonly crop?: 'never' | 'content'
  /** Order of the samples of a colour image: channels last (default), or one plane per channel as PyTorch exports. */
  readonly layout?: 'NHWC' | 'NCHW'
}

export type OutputKind = 'float' | 'int' | 'bool' | 'category' | 'string' | 'vector'

export interface OutputDeclaration {
  readonly name: string
  readonly kind: OutputKind
  readonly description?: string
  readonly unit?: string
  readonly min?: number
  readonly max?: number
  readonly categories?: readonly string[]
  readonly enumType?: string
  readonly length?: number
  /** Output tensor and, in a tensor of several columns, the column (default 0). Absent for a derived output. */
  readonly tensor?: string
  readonly column?: number
  /** A derived output is computed in the subgraph from the other outputs; the text says how. */
  readonly derived?: string
}
