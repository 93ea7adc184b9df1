/** What one request asks for. */
export interface Demand {
  /** Objects of the answer, roughly; what teams declare by `@cost` and `@listSize` counts in. */
  readonly cost: number
  /** Predictions. */
  readonly rows: number
  /** Predictions of each model. */
  readonly models: ReadonlyMap<string, number>
}

export const NO_DEMAND: Demand = { cost: 0, rows: 0, models: new Map() }

/** Both together. */
export function together(a: Demand, b: Demand): Demand {
  if (a === NO_DEMAND) return b
  if (b === NO_DEMAND) return a
  const models = new Map(a.models)
  for (const [model, rows] of b.models) models.set(model, (models.get(model) ?? 0) + rows)
  return { cost: a.cost + b.cost, rows: a.rows + b.rows, models }
}

/** The same so many times. */
export function repeated(demand: Demand, times: number): Demand {
  if (times === 1) return demand
  if (times === 0) return NO_DEMAND
  const models = new Map([...demand.models].map(([model, rows]) => [model, rows * times] as const))
  return { cost: demand.cost * times, rows: demand.rows * times, models }
}
