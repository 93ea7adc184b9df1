import type { PlanNode, ResponsePath } from '@apollo/query-planner'
import { decides } from './condition.js'
import { compileEntityFetch } from './entity-fetch.js'
import { compileObjectsAt } from './places.js'
import type { PlanParts } from './plan-parts.js'
import { compileRootFetch, stepOf } from './root-fetch.js'
import type { Step } from './run.js'

/** Compiles a node of a plan, and those below it. */
export function compileStep(node: PlanNode, path: ResponsePath, parts: PlanParts): Step {
  switch (node.kind) {
    case 'Fetch': {
      if (node.requires) return compileEntityFetch(node, path, parts)
      const objectsAt = compileObjectsAt(path)
      return stepOf(compileRootFetch(node, path, parts), (data) => path.length === 0 || objectsAt(data).length > 0)
    }
    case 'Flatten':
      return compileStep(node.node, [...path, ...node.path], parts)
    case 'Sequence':
      return sequence(node.nodes.map((child) => compileStep(child, path, parts)))
    case 'Parallel':
      return parallel(node.nodes.map((child) => compileStep(child, path, parts)))
    case 'Condition':
      return choice(
        node.condition,
        node.ifClause && compileStep(node.ifClause, path, parts),
        node.elseClause && compileStep(node.elseClause, path, parts),
      )
    case 'Defer':
      throw new Error('@defer is not served.')
  }
}

function sequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) await step(run)
  }
}

function parallel(steps: readonly Step[]): Step {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)))
  }
}

function choice(variable: string, yes: Step | undefined, no: Step | undefined): Step {
  return async (run) => {
    const step = decides(variable, run.variables) ? yes : no
    if (step) await step(run)
  }
}
