import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'
import { both, type Condition, conditionOf } from '../../execution/condition.js'

/** One field of an answer: every place of the document that asks for it, since it is answered once. */
export interface SelectedField {
  /** Name of the type that the selection is on. */
  readonly type: string
  readonly node: FieldNode
  /** Undefined where one place asks for it without a condition. */
  readonly condition: Condition
  /** What is asked of its value, each with the condition of its place. */
  readonly selections: readonly Selections[]
}

export interface Selections {
  readonly set: SelectionSetNode
  readonly condition: Condition
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** The fields that are asked of a value, with fragments opened, those of the same type and response key as one. */
export function selectedFields(selections: readonly Selections[], type: string, fragments: Fragments): SelectedField[] {
  const found = new Map<string, Place[]>()
  for (const { set, condition } of selections) collect(set, { type, condition }, { fragments, found })
  return [...found.values()].map(fieldOf)
}

interface Place {
  readonly type: string
  readonly node: FieldNode
  readonly condition: Condition
}

interface Collecting {
  readonly fragments: Fragments
  readonly found: Map<string, Place[]>
}

function collect(set: SelectionSetNode, at: Omit<Place, 'node'>, collecting: Collecting): void {
  for (const selection of set.selections) {
    const condition = both(at.condition, conditionOf(selection.directives ?? []))
    if (selection.kind === Kind.FIELD) {
      const key = `${at.type} ${(selection.alias ?? selection.name).value}`
      const place = { type: at.type, node: selection, condition }
      const places = collecting.found.get(key)
      if (places) places.push(place)
      else collecting.found.set(key, [place])
      continue
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? collecting.fragments.get(selection.name.value) : selection
    if (!fragment) continue
    collect(fragment.selectionSet, { type: fragment.typeCondition?.name.value ?? at.type, condition }, collecting)
  }
}

function fieldOf(places: readonly Place[]): SelectedField {
  const [{ type, node }] = places as [Place]
  const selections = places.flatMap(({ node: { selectionSet: set }, condition }) => (set ? [{ set, condition }] : []))
  return { type, node, condition: anyOf(places.map(({ condition }) => condition)), selections }
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.some((condition) => !condition)) return undefined
  if (conditions.length === 1) return conditions[0]
  return (variables) => conditions.some((condition) => condition!(variables))
}
