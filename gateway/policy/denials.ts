import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  type OperationDefinitionNode,
} from 'graphql'
import type { DeliveryPolicy } from '../../shared/control/protocol.js'
import type { Variables } from '../variables/coerce.js'
import { type Check, checksOf, isSkipped } from './operation-checks.js'
import { deny } from './shield.js'

/** An operation of a client. */
export interface DeniableRequest {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** Coerced, with defaults. */
  readonly variables: Variables
  readonly delivery: DeliveryPolicy
}

type Denied = ReadonlySet<string>

const NONE: readonly GraphQLError[] = []

/** What single clients may not ask, whatever their scopes: fields by coordinate, and introspection. */
export class Denials {
  private readonly denied = new WeakMap<DeliveryPolicy, Denied>()
  private readonly checks = new WeakMap<DeliveryPolicy, WeakMap<OperationDefinitionNode, readonly Check[]>>()

  constructor(private readonly schema: GraphQLSchema) {}

  /** A `FORBIDDEN` for every denied field that the operation asks. */
  refusals(request: DeniableRequest): readonly GraphQLError[] {
    const { introspection, deniedFields } = request.delivery
    if (introspection && deniedFields.length === 0) return NONE
    const met = this.checksFor(request).filter((check) => !isSkipped(check, request.variables))
    return [...new Map(met.map((check) => [keyOf(check), refusal(check)])).values()]
  }

  private checksFor({ document, operation, delivery }: DeniableRequest): readonly Check[] {
    const ofClient = this.checks.get(delivery) ?? new WeakMap<OperationDefinitionNode, readonly Check[]>()
    this.checks.set(delivery, ofClient)
    const known = ofClient.get(operation)
    if (known) return known
    const denied = this.deniedTo(delivery)
    const guards = { get: (coordinate: string) => (denied.has(coordinate) ? guard(coordinate) : undefined) }
    const made = checksOf(this.schema, guards, document, operation)
    ofClient.set(operation, made)
    return made
  }

  private deniedTo(delivery: DeliveryPolicy): Denied {
    const known = this.denied.get(delivery)
    if (known) return known
    const root = this.schema.getQueryType()?.name ?? 'Query'
    const made = new Set(delivery.deniedFields.flatMap((coordinate) => this.membersOf(coordinate)))
    if (!delivery.introspection) made.add(`${root}.__schema`).add(`${root}.__type`)
    this.denied.set(delivery, made)
    return made
  }

  /** A field of an interface is one of every type that implements it. */
  private membersOf(coordinate: string): readonly string[] {
    const [name = '', field] = coordinate.split('.')
    const type = this.schema.getType(name)
    if (!isInterfaceType(type)) return [coordinate]
    return this.schema.getPossibleTypes(type).map((member) => `${member.name}.${field}`)
  }
}

function guard(coordinate: string) {
  return { coordinate, rule: deny, needs: 'what nobody has', rules: [] }
}

function keyOf({ guard: { coordinate }, path }: Check): string {
  return `${coordinate} ${path.join('.')}`
}

function refusal({ guard: { coordinate }, path }: Check): GraphQLError {
  const message = `${coordinate} is denied to this client.`
  return new GraphQLError(message, { path: [...path], extensions: { code: 'FORBIDDEN', coordinate } })
}
