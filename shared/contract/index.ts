export type { ModelCard } from './card.js'
export { modelCard, parseCard } from './card.js'
export { type ColumnField, columnFields, VECTOR_SCALARS } from './columns/column-fields.js'
export { type CompileOptions, compileContract } from './compile/compile-contract.js'
export type { AdmittedColumns, AdmittedRows, CompiledContract } from './compiled.js'
export type {
  Contract,
  FeatureDeclaration,
  FeatureKind,
  ImageDeclaration,
  OutputDeclaration,
  OutputKind,
} from './declaration.js'
export { type ContractDefinition, type ContractOptions, contractOf } from './declare/contract-of.js'
export { DeclarationError } from './declare/declaration-error.js'
export { Feature, type FeatureOptions } from './declare/feature.js'
export { Output, type OutputOptions } from './declare/output.js'
export { parseContract } from './parse-contract.js'
export { Image } from './scalars/image.js'
export { BooleanVector, FloatVector, ImageVector, IntVector, StringVector } from './scalars/vectors.js'
