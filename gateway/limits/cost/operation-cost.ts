import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValueNode,
} from 'graphql'
import { fragmentsOf } from '../../operations/fragments.js'
import type { Variables } from '../../variables/coerce.js'
import { bringsColumns, rowsOf, slicingSize } from './argument-size.js'
import type { CostModel } from './cost-model.js'
import { type Demand, NO_DEMAND } from './demand.js'
import { type SelectedField, type Selections, selectedFields } from './selected-fields.js'
import { demandOf, fixed, type Share, scaled, sum, type Times } from './share.js'

/** A mutation costs this much beside what it answers. */
const MUTATION_COST = 10

/** A row of a columnar query costs a part of one of a list: it makes no objects. */
const COLUMN_ROW_COST = 0.1

/** What an operation asks for, found once; for a request only what its variables change is computed. */
export function compileDemand(
  model: CostModel,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Variables) => Demand {
  const root = model.schema.getRootType(operation.operation)
  if (!root) return () => NO_DEMAND
  const compiling: Compiling = { model, fragments: fragmentsOf(document) }
  const selections = [{ set: operation.selectionSet, condition: undefined }]
  const asked = shareOf(selections, { type: root.name, sizes: NO_SIZES }, compiling)
  const isMutation = operation.operation === OperationTypeNode.MUTATION
  const share = isMutation ? sum([fixed({ ...NO_DEMAND, cost: MUTATION_COST }), asked]) : asked
  return share.varying.length === 0 ? () => share.fixed : (variables) => demandOf(share, variables)
}

interface Compiling {
  readonly model: CostModel
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/** Where a selection stands: its type, and the sizes that the field above tells of lists in it. */
interface Position {
  readonly type: string
  readonly sizes: ReadonlyMap<string, Times>
}

const NO_SIZES: ReadonlyMap<string, Times> = new Map()

function shareOf(selections: readonly Selections[], { type, sizes }: Position, compiling: Compiling): Share {
  return sum(
    selectedFields(selections, type, compiling.fragments).map((selected) => {
      const share = shareOfField(selected, sizes, compiling)
      const { condition } = selected
      return condition ? scaled(share, (variables) => (condition(variables) ? 1 : 0)) : share
    }),
  )
}

function shareOfField(selected: SelectedField, sizes: Position['sizes'], compiling: Compiling): Share {
  const { model } = compiling
  const { type, node, selections } = selected
  const field = fieldOf(model, type, node.name.value)
  if (!field) return fixed(NO_DEMAND)
  const models = model.modelsOf(type, field.name)
  const rows = models.length > 0 ? rowsAsked(selected, field) : 0
  const size = isListType(getNullableType(field.type)) ? sizeOf(selected, field, { sizes, rows, model }) : 1
  const below = { type: getNamedType(field.type).name, sizes: sizesBelow(selected, field, model) }
  const value = fixed({ ...NO_DEMAND, cost: model.weightOfValue(field) })
  const each = sum([value, shareOf(selections, below, compiling)])
  return sum([fixed(onceOf(selected, field, model)), scaled(each, size), predictions(models, rows, field)])
}

function fieldOf(model: CostModel, type: string, name: string): GraphQLField<unknown, unknown> | undefined {
  const parent = model.schema.getType(type)
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
}

/** Rows that its arguments bring; a prediction without any is one. */
function rowsAsked(selected: SelectedField, { args }: GraphQLField<unknown, unknown>): Times {
  const brought = args.map((argument) => rowsOf(argument, argumentOf(selected, argument.name))).filter((n) => n !== 0)
  return brought.length > 0 ? largest(brought) : 1
}

interface Sizing {
  readonly sizes: Position['sizes']
  readonly rows: Times
  readonly model: CostModel
}

/** Elements of a list: as told above or beside it, as many as rows come in, or what is assumed of any list. */
function sizeOf(selected: SelectedField, field: GraphQLField<unknown, unknown>, { sizes, rows, model }: Sizing): Times {
  const told = sizes.get(field.name)
  if (told !== undefined) return told
  const declared = model.listSizeOf(selected.type, field.name)
  if (declared && declared.sized.length === 0) return declaredSize(selected, field, model)
  return rows === 0 ? model.listSize : rows
}

function sizesBelow(selected: SelectedField, field: GraphQLField<unknown, unknown>, model: CostModel) {
  const declared = model.listSizeOf(selected.type, field.name)
  if (!declared || declared.sized.length === 0) return NO_SIZES
  const size = declaredSize(selected, field, model)
  return new Map(declared.sized.map((name) => [name, size] as const))
}

function declaredSize(
  selected: SelectedField,
  { name, args }: GraphQLField<unknown, unknown>,
  model: CostModel,
): Times {
  const { slicing, assumed } = model.listSizeOf(selected.type, name)!
  const told = args
    .filter((argument) => slicing.includes(argument.name))
    .map((argument) => slicingSize(argument, argumentOf(selected, argument.name)))
    .filter((size) => size !== undefined)
  const otherwise = assumed ?? model.listSize
  if (told.length === 0) return otherwise
  if (told.every((size) => typeof size === 'number')) return Math.max(...told)
  return (variables) => {
    const sizes = told.map((size) => (typeof size === 'number' ? size : size(variables)))
    const known = sizes.filter((size) => size !== undefined)
    return known.length > 0 ? Math.max(...known) : otherwise
  }
}

function predictions(models: readonly string[], rows: Times, { args }: GraphQLField<unknown, unknown>): Share {
  if (models.length === 0) return fixed(NO_DEMAND)
  const cost = args.some(bringsColumns) ? COLUMN_ROW_COST : 1
  return scaled(fixed({ cost, rows: 1, models: new Map(models.map((model) => [model, 1])) }), rows)
}

function onceOf({ type, node }: SelectedField, { name }: GraphQLField<unknown, unknown>, model: CostModel): Demand {
  const given = node.arguments ?? []
  const ofArguments = given.map((argument) => model.weightOfArgument(type, name, argument.name.value))
  return { ...NO_DEMAND, cost: ofArguments.reduce((total, cost) => total + cost, model.weightOfField(type, name)) }
}

function argumentOf({ node }: SelectedField, name: string): ValueNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name)?.value
}

function largest(times: readonly Times[]): Times {
  if (times.length === 1) return times[0]!
  return (variables) => Math.max(...times.map((size) => (typeof size === 'number' ? size : size(variables))))
}
