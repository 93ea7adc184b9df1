import { createHash } from 'node:crypto'
import type { FetchNode, ResponsePath } from '@apollo/query-planner'
import { parse } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { MeshAnswer } from '../mesh/mesh.js'
import type { SubgraphError } from '../mesh/wire/subgraph-answer.js'
import type { EntityCache } from './entity-cache.js'
import { fetchError, subgraphError, unexpectedError } from './fetch-errors.js'
import { isImmutableFetch } from './immutable-fetch.js'
import { copyOf, merge } from './merge.js'
import { compileObjectsAt, pathsOf } from './places.js'
import type { Plain } from './plain.js'
import type { PlanParts } from './plan-parts.js'
import { type PreparedFetch, prepareFetch } from './prepared-fetch.js'
import { compileRepresent } from './representation.js'
import { compileRewrites } from './rewrites.js'
import type { Run, Step } from './run.js'

/** Entities of one failed fetch that get an error of their own; the fields of the others are null as well. */
const MAX_FAILED_ENTITIES = 100

/**
 * Compiles a fetch by representations. Objects with the same representation are asked for once and get the same answer;
 * entities that never change are answered by the cache.
 */
export function compileEntityFetch(node: FetchNode, path: ResponsePath, parts: PlanParts): Step {
  const fetch = new EntityFetch(node, path, parts)
  return (run) => fetch.run(run)
}

/** An entity that a request needs, and where. */
interface Entity {
  /** Its representation as JSON. */
  readonly representation: string
  /** Numbers of the objects that stand for it, in the order of their places. */
  readonly objects: number[]
  /** What is known of it; undefined while nothing is. */
  answer: Plain | undefined
  isCached: boolean
}

class EntityFetch {
  private readonly prepared: PreparedFetch
  private readonly objectsAt
  private readonly represent
  private readonly rewriteRepresentation
  private readonly rewriteAnswer
  private readonly cache: EntityCache | undefined
  private readonly cacheKey: string

  constructor(
    node: FetchNode,
    private readonly path: ResponsePath,
    parts: PlanParts,
  ) {
    const { schema, types, entities } = parts
    this.prepared = prepareFetch(node, parts)
    this.objectsAt = compileObjectsAt(path)
    this.represent = compileRepresent(node.requires ?? [], types)
    this.rewriteRepresentation = compileRewrites(node.inputRewrites, types)
    this.rewriteAnswer = compileRewrites(node.outputRewrites, types)
    const isImmutable = entities && isImmutableFetch(parse(node.operation), schema, types)
    this.cache = isImmutable ? entities : undefined
    this.cacheKey = createHash('sha256').update(`${node.serviceName}\n${node.operation}`).digest('base64')
  }

  async run(run: Run): Promise<void> {
    const objects = this.objectsAt(run.data)
    const entities = this.entitiesOf(objects)
    if (entities.length === 0) return
    const variables = this.prepared.variables(run.variables)
    const cachePrefix = `${this.cacheKey}${variables}`
    const unknown = this.cache ? entities.filter((entity) => !this.recall(cachePrefix, entity)) : entities
    if (unknown.length > 0) await this.ask(unknown, variables, run, cachePrefix)
    for (const entity of entities) this.deliver(entity, objects)
  }

  private entitiesOf(objects: readonly Plain[]): Entity[] {
    const entities = new Map<string, Entity>()
    for (const [number, object] of objects.entries()) {
      const representation = this.represent(object)
      if (!representation?.__typename) continue
      this.rewriteRepresentation?.(representation)
      const json = JSON.stringify(representation)
      const known = entities.get(json)
      if (known) known.objects.push(number)
      else entities.set(json, { representation: json, objects: [number], answer: undefined, isCached: false })
    }
    return [...entities.values()]
  }

  private recall(prefix: string, entity: Entity): boolean {
    entity.answer = this.cache?.get(prefix + entity.representation)
    entity.isCached = entity.answer !== undefined
    return entity.isCached
  }

  private async ask(entities: readonly Entity[], variables: string, run: Run, cachePrefix: string): Promise<void> {
    const { subgraph, operation } = this.prepared
    const representations = entities.map(({ representation }) => representation).join(',')
    const json = `{${variables}${variables && ','}"representations":[${representations}]}`
    try {
      const answer = await run.fetch({ subgraph, operation, variables: json })
      this.receive(answer, entities, run, cachePrefix)
    } catch (error) {
      this.fail(error, entities, run)
    }
  }

  private receive(answer: MeshAnswer, entities: readonly Entity[], run: Run, cachePrefix: string): void {
    const { data, errors = [] } = answer.read()
    if (errors.length > 0) this.reportErrors(errors, entities, run)
    if (!data) return
    const answers = data._entities
    if (!Array.isArray(answers)) throw new Error('Expected "data._entities" in response to be an array')
    if (answers.length !== entities.length) {
      throw new Error(`Expected "data._entities" to contain ${entities.length} elements`)
    }
    for (const [index, entity] of entities.entries()) entity.answer = answers[index] ?? undefined
    if (this.cache) this.keep(this.cache, entities, errors, cachePrefix)
  }

  /** Keeps the entities that no error is about. */
  private keep(
    cache: EntityCache,
    entities: readonly Entity[],
    errors: readonly SubgraphError[],
    prefix: string,
  ): void {
    const broken = new Set(errors.map(({ path }) => path?.[1]))
    if (broken.has(undefined)) return
    for (const [index, entity] of entities.entries()) {
      if (!entity.answer || broken.has(index)) continue
      cache.set(prefix + entity.representation, entity.answer)
      entity.isCached = true
    }
  }

  private deliver({ answer, objects: numbers, isCached }: Entity, objects: readonly Plain[]): void {
    if (!answer) return
    for (const number of numbers) {
      const object = objects[number]!
      if (!this.rewriteAnswer) merge(object, answer, isCached || numbers.length > 1)
      else {
        const own = copyOf(answer)
        own.__typename ||= object.__typename
        this.rewriteAnswer(own)
        merge(object, own, false)
      }
    }
  }

  private reportErrors(errors: readonly SubgraphError[], entities: readonly Entity[], run: Run): void {
    const paths = pathsOf(run.data, this.path)
    const { name } = this.prepared.subgraph
    for (const error of errors) {
      const [, index, ...below] = error.path ?? []
      if (typeof index !== 'number') {
        run.errors.push(subgraphError(error, name, error.path && [...this.path, ...error.path]))
        continue
      }
      for (const number of entities[index]?.objects ?? []) {
        run.errors.push(subgraphError(error, name, [...(paths[number] ?? []), ...below]))
      }
    }
  }

  private fail(error: unknown, entities: readonly Entity[], run: Run): void {
    if (!(error instanceof ModelgraphError)) return void run.errors.push(unexpectedError(error))
    const paths = pathsOf(run.data, this.path)
    const { keys, subgraph } = this.prepared
    const numbers = entities.flatMap(({ objects }) => objects).sort((a, b) => a - b)
    for (const number of numbers.slice(0, MAX_FAILED_ENTITIES)) {
      run.errors.push(...keys.map((key) => fetchError(error, subgraph.name, [...(paths[number] ?? []), key])))
    }
  }
}
