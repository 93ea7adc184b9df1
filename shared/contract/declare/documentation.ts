import type { FeatureDeclaration, OutputDeclaration } from '../declaration.js'

/**
 * A feature's or an output's description in the graph, so that introspection documents the contract:
 * `Amount of the payment. Unit: EUR. At least 0. Example: 42.5.`
 */
export function documentFeature(feature: FeatureDeclaration): string {
  return sentences([
    ...facts(feature),
    describeImage(feature),
    describeImputation(feature),
    describePrivacy(feature),
    describeExample(feature),
  ])
}

export function documentOutput(output: OutputDeclaration): string {
  const { description, derived } = output
  return sentences([
    ...facts(output),
    derived === undefined || derived === description ? undefined : `Derived ${derived}`,
  ])
}

function facts(declared: FeatureDeclaration | OutputDeclaration): readonly (string | undefined)[] {
  return [
    declared.description,
    declared.unit && `Unit: ${declared.unit}`,
    declared.length === undefined ? undefined : `${declared.length} values`,
    describeRange(declared),
  ]
}

function describeRange({ min, max }: { readonly min?: number; readonly max?: number }): string | undefined {
  if (min !== undefined && max !== undefined) return `From ${min} to ${max}`
  if (min !== undefined) return `At least ${min}`
  return max === undefined ? undefined : `At most ${max}`
}

function describeImage({ image }: FeatureDeclaration): string | undefined {
  if (!image) return undefined
  const { width, height, channels, scale = 1 } = image
  return (
    `A PNG or JPEG in base64, resized to ${width} × ${height}; or ${width * height * channels} numbers from 0 to ${scale}, ` +
    'row by row'
  )
}

function describeImputation({ optional }: FeatureDeclaration): string | undefined {
  if (!optional) return undefined
  if (optional.impute === 'NaN') return 'Optional: the model takes missing values'
  return `Optional: ${abridge(optional.impute)} stands in for it`
}

function describePrivacy({ sensitive }: FeatureDeclaration): string | undefined {
  return sensitive ? 'Sensitive: the value is neither logged nor stored' : undefined
}

function describeExample({ kind, example }: FeatureDeclaration): string | undefined {
  return kind === 'image' ? undefined : `Example: ${abridge(example)}`
}

/** Long vectors show how they begin. */
function abridge(value: unknown): string {
  if (Array.isArray(value) && value.length > 8) return `[${value.slice(0, 8).join(', ')}, …]`
  return typeof value === 'object' ? `[${(value as readonly unknown[]).join(', ')}]` : String(value)
}

function sentences(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part.trim() !== '')
    .map((part) => part!.trim())
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ')
}
