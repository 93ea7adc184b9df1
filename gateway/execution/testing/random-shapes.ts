import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  parse,
  validate,
} from 'graphql'

/** An operation to try. */
export interface Shape {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** A subgraph that does not answer. */
  readonly down: string | undefined
  /** A field that every subgraph answers with this, against its schema and without a word. */
  readonly corrupt: readonly [field: string, value: unknown] | undefined
}

/** Valid operations over the clinic, the same for the same seed. */
export function randomShapes(schema: GraphQLSchema, count: number, seed: number): Shape[] {
  const random = new Random(seed)
  const shapes: Shape[] = []
  while (shapes.length < count) {
    const shape = new ShapeWriter(schema, random).write()
    if (validate(schema, parse(shape.query)).length === 0) shapes.push(shape)
  }
  return shapes
}

/** Declaration, and the values that requests give; undefined for none given. */
const VARIABLES: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
  id: ['ID!', ['1', '2', '404']],
  n: ['Int! = 3', [undefined, 1]],
  unit: ['String!', ['g']],
  scale: ['Float', [undefined, null, 0.5]],
  model: ['String = "trees"', [undefined, 'forest', null]],
  row: ['Row!', [{ amount: 7 }, { amount: 90, kind: 'HIGH' }]],
  rows: ['[Row!]!', [[], [{ amount: 1 }, { amount: -1 }], { amount: 82 }]],
  yes: ['Boolean!', [true]],
  no: ['Boolean!', [false]],
  maybe: ['Boolean! = true', [undefined, false, true]],
}

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  id: ['"0"', '"1"', '"2"', '"5"', '"404"', '$id'],
  first: ['0', '1', '3', '$n'],
  unit: ['"mg"', '$unit'],
  scale: ['null', '1.5', '$scale'],
  model: ['"logreg"', 'null', '$model'],
  title: ['"renamed"', '$unit'],
  row: ['{ amount: 12 }', '$row'],
  rows: ['[{ amount: 3 }, { amount: -2 }, { amount: 81, kind: HIGH }]', '$rows'],
}

const CONDITIONS = [
  '@skip(if: $no)',
  '@skip(if: $maybe)',
  '@include(if: $maybe)',
  '@include(if: $yes)',
  '@skip(if: true)',
]

const CORRUPTIONS: readonly (readonly [string, unknown])[] = [
  ['title', 5],
  ['age', 1.5],
  ['beds', null],
  ['weight', 'heavy'],
  ['group', 'Z'],
  ['score', null],
  ['tags', 'none'],
  ['matrix', [[0], null, ['x']]],
  ['friends', [null, null]],
  ['level', 'EXTREME'],
  ['probability', null],
  ['servedBy', null],
  ['metrics', [{ name: null }, {}]],
  ['ward', 'seven'],
  ['__typename', 'Nobody'],
]

class ShapeWriter {
  private readonly fragments: string[] = []

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
  ) {}

  write(): Shape {
    const kind = this.random.below(10) === 0 ? 'mutation' : 'query'
    const root = kind === 'mutation' ? this.schema.getMutationType()! : this.schema.getQueryType()!
    const body = this.selections(root, 1 + this.random.below(4), true)
    const text = [body, ...this.fragments].join('\n')
    const used = Object.entries(VARIABLES).filter(([name]) => new RegExp(`\\$${name}\\b`).test(text))
    const declared = used.map(([name, [type]]) => `$${name}: ${type}`).join(', ')
    const values = used.map(([name, [, given]]) => [name, this.random.pick(given)] as const)
    const down = this.random.below(8) === 0 ? this.random.pick(['patients', 'risk', 'registry']) : undefined
    const corrupt = this.random.below(6) === 0 ? this.random.pick(CORRUPTIONS) : undefined
    return {
      query: `${kind} Shape${declared && `(${declared})`} ${text}`,
      variables: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
      down,
      corrupt,
    }
  }

  private selections(type: GraphQLNamedOutputType, depth: number, isKnown: boolean): string {
    const count = 1 + this.random.below(depth > 1 ? 4 : 3)
    return `{ ${Array.from({ length: count }, () => this.selection(type, depth, isKnown)).join(' ')} }`
  }

  private selection(type: GraphQLNamedOutputType, depth: number, isKnown: boolean): string {
    const chance = this.random.below(12)
    if (chance === 0) return this.random.below(3) === 0 ? `kind: __typename ${this.condition()}` : '__typename'
    if (chance <= 2 || !('getFields' in type)) return this.fragment(type, depth, isKnown)
    const fields = Object.values(isObjectType(type) || isInterfaceType(type) ? type.getFields() : {})
    const leaves = fields.filter(({ type: of }) => isLeafType(getNamedType(of)))
    return this.field(this.random.pick(depth > 0 || leaves.length === 0 ? fields : leaves), depth)
  }

  private field({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string {
    const given = args
      .map((argument) => this.argument(argument))
      .filter(Boolean)
      .join(', ')
    const alias = given || this.random.below(8) === 0 ? `${name}_${given.replaceAll(/\W+/g, '_')}: ` : ''
    const named = getNamedType(type)
    const below = isLeafType(named)
      ? ''
      : this.selections(named as GraphQLNamedOutputType, depth - 1, isObjectType(named))
    return `${alias}${name}${given && `(${given})`} ${this.condition()} ${below}`
  }

  private argument({ name, type, defaultValue }: GraphQLArgument): string {
    const isOptional = !String(type).endsWith('!') || defaultValue !== undefined
    if (isOptional && this.random.below(2) === 0) return ''
    return `${name}: ${this.random.pick(ARGUMENTS[name]!)}`
  }

  private fragment(type: GraphQLNamedOutputType, depth: number, isKnown: boolean): string {
    const inner = this.random.pick(this.overlapping(type, isKnown))
    const selections = this.selections(inner, depth, isKnown || isObjectType(inner))
    if (this.random.below(3) > 0) {
      const condition = inner === type && this.random.below(2) === 0 ? '' : `on ${inner.name}`
      return `... ${condition} ${this.condition()} ${selections}`
    }
    const name = `F${this.fragments.length}`
    this.fragments.push(`fragment ${name} on ${inner.name} ${selections}`)
    return `...${name} ${this.condition()} ${this.random.below(4) === 0 ? `...${name}` : ''}`
  }

  /** Apollo forgets the type of an object in a fragment on an interface, and leaves out what stands there on the type. */
  private overlapping(type: GraphQLNamedOutputType, isKnown: boolean): GraphQLNamedOutputType[] {
    if (isAbstractType(type) && isKnown) return [type]
    if (isAbstractType(type)) return [type, ...this.schema.getPossibleTypes(type)]
    return isObjectType(type) ? [type, ...type.getInterfaces()] : [type]
  }

  private condition(): string {
    return this.random.below(8) === 0 ? this.random.pick(CONDITIONS) : ''
  }
}

/** Numbers that only look random (mulberry32). */
class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!
  }
}
