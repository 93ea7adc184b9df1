import type { QueryPlan } from '@apollo/query-planner'
import type { SupergraphFacts } from '../execution/supergraph-types.js'
import type { CostFacts } from '../limits/cost/cost-facts.js'
import type { Subgraph } from '../mesh/mesh.js'
import type { Requirements } from '../policy/requirement.js'

/** What the planner's thread is asked; `graph` names a supergraph for as long as it is loaded. */
export type PlannerCall =
  | { readonly method: 'load'; readonly graph: number; readonly sdl: string }
  | {
      readonly method: 'plan'
      readonly graph: number
      readonly query: string
      readonly operationName?: string | undefined
    }
  | { readonly method: 'unload'; readonly graph: number }

export interface PlannerAnswers {
  readonly load: PlannedSupergraph
  readonly plan: QueryPlan
  readonly unload: null
}

/** A supergraph that the planner has loaded, as far as requests need it. */
export interface PlannedSupergraph {
  /**
   * The schema that clients see, in parts of about {@link DEFINITIONS} definitions, so that nobody has to parse all of it
   * in one piece.
   */
  readonly api: readonly string[]
  /** Who may ask what, as the teams declare it. */
  readonly requirements: Requirements
  readonly subgraphs: readonly Subgraph[]
  readonly facts: SupergraphFacts
  readonly costs: CostFacts
}

export const DEFINITIONS = 50

export interface CallMessage {
  readonly id: number
  readonly call: PlannerCall
}

export type AnswerMessage =
  | { readonly id: number; readonly value: PlannerAnswers[keyof PlannerAnswers] }
  | { readonly id: number; readonly failure: string }
