import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import { GraphQLError } from 'graphql'
import { isCompilable } from './compilable.js'
import type { Execution, ExecutionResult } from './execution.js'
import { unexpectedError } from './fetch-errors.js'
import { operationSource } from './operation-source.js'
import { passThroughFetch } from './pass-through.js'
import type { PlanParts } from './plan-parts.js'
import { compileStep } from './plan-step.js'
import { compileRootFetch, type RootFetch } from './root-fetch.js'
import type { Run, Step } from './run.js'
import { compileShaper, type Shaper } from './shaper.js'

/** A validated operation with its plan. */
export interface PlannedOperation extends PlanParts {
  readonly document: DocumentNode
  /** Which operation of the document; undefined for its only one. */
  readonly operationName: string | undefined
  readonly plan: QueryPlan
}

/**
 * Compiles an operation with its plan; requests that run it share everything. Undefined for an operation that only Apollo's
 * executor can run, such as introspection.
 */
export function compileExecution(planned: PlannedOperation): Execution | undefined {
  const { document, operationName, plan, schema, types } = planned
  if (!isCompilable(document, plan) || plan.node?.kind === 'Subscription') return undefined
  const source = operationSource(document, operationName)
  const shape = compileShaper(schema, source)
  const fetch = passThroughFetch(source, plan, schema, types)
  if (fetch) return new PassedThrough(compileRootFetch(fetch, [], planned), shape)
  return new Planned(plan.node ? compileStep(plan.node, [], planned) : async () => {}, shape)
}

/** An execution in which fetched data are merged and shaped. */
class Planned implements Execution {
  constructor(
    private readonly step: Step,
    private readonly shape: Shaper,
  ) {}

  async run(...[variables, fetch, given]: Parameters<Execution['run']>): Promise<ExecutionResult> {
    const run: Run = { variables, given, fetch, data: {}, errors: [] }
    try {
      await this.step(run)
    } catch (error) {
      return { data: undefined, errors: [unexpectedError(error)] }
    }
    return shaped(run, this.shape)
  }
}

/** An execution whose only fetch answers in full. */
class PassedThrough implements Execution {
  constructor(
    private readonly fetch: RootFetch,
    private readonly shape: Shaper,
  ) {}

  async run(...[variables, fetch, given]: Parameters<Execution['run']>): Promise<ExecutionResult> {
    const run: Run = { variables, given, fetch, data: {}, errors: [] }
    try {
      const answer = await this.fetch.send(run)
      if (answer.bytes) return { bytes: answer.bytes }
      this.fetch.receive(run, answer)
    } catch (error) {
      this.fetch.fail(run, error)
    }
    return shaped(run, this.shape)
  }
}

/** Holes in the data are told only where no fetch has told an error: they follow from it. */
function shaped({ data: fetched, variables, errors }: Run, shape: Shaper): ExecutionResult {
  try {
    const { data, errors: holes } = shape(fetched, variables)
    if (errors.length > 0 || holes.length === 0) return { data, errors }
    return { data, errors: holes.map(({ message, path }) => new GraphQLError(message, { path })) }
  } catch (error) {
    return { data: undefined, errors: [unexpectedError(error)] }
  }
}
