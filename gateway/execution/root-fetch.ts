import type { FetchNode, ResponsePath } from '@apollo/query-planner'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import type { Json } from '../mesh/json.js'
import type { MeshAnswer } from '../mesh/mesh.js'
import { fetchError, subgraphError, unexpectedError } from './fetch-errors.js'
import { merge } from './merge.js'
import { compileObjectsAt } from './places.js'
import type { Plain } from './plain.js'
import type { PlanParts } from './plan-parts.js'
import { prepareFetch } from './prepared-fetch.js'
import { compileRewrites } from './rewrites.js'
import type { Run, Step } from './run.js'

/** A fetch of fields of the query or the mutation, in two halves: between them its answer may be passed on as it is. */
export interface RootFetch {
  send(run: Run): Promise<MeshAnswer>
  /** Takes an answer apart. Throws `SUBGRAPH_UNAVAILABLE` for what is no GraphQL answer. */
  receive(run: Run, answer: MeshAnswer): void
  fail(run: Run, error: unknown): void
}

/** Compiles a fetch without representations. */
export function compileRootFetch(node: FetchNode, path: ResponsePath, parts: PlanParts): RootFetch {
  const { subgraph, operation, variables, keys } = prepareFetch(node, parts)
  const objectsAt = path.length === 0 ? (data: Plain) => [data] : compileObjectsAt(path)
  const rewrite = compileRewrites(node.outputRewrites, parts.types)
  const used = node.variableUsages?.length ?? 0
  const variablesOf = (run: Run): Json | undefined => {
    if (run.given !== undefined && used === Object.keys(run.variables).length) return run.given
    const members = variables(run.variables)
    return members ? `{${members}}` : undefined
  }
  return {
    async send(run) {
      return run.fetch({ subgraph, operation, variables: variablesOf(run) })
    },
    receive(run, answer) {
      const { data, errors = [] } = answer.read()
      for (const error of errors) {
        run.errors.push(subgraphError(error, subgraph.name, error.path && [...path, ...error.path]))
      }
      if (!data) return
      rewrite?.(data)
      const objects = objectsAt(run.data)
      for (const object of objects) merge(object, data, objects.length > 1)
    },
    fail(run, error) {
      if (!(error instanceof ModelgraphError)) return void run.errors.push(unexpectedError(error))
      run.errors.push(...keys.map((key) => fetchError(error, subgraph.name, [...path, key])))
    },
  }
}

/** Both halves in one. */
export function stepOf({ send, receive, fail }: RootFetch, isNeeded: (data: Plain) => boolean): Step {
  return async (run) => {
    if (!isNeeded(run.data)) return
    try {
      receive(run, await send(run))
    } catch (error) {
      fail(run, error)
    }
  }
}
