import { Gauge, type Registry } from 'prom-client'

/** Shows the operator's rules that hold for nothing, since the graph has no such type or field. */
export function registerRuleMetrics(register: Registry, unmatched: () => readonly string[]): void {
  new Gauge({
    name: 'modelgraph_operator_rules_unmatched',
    help: "1 for each type or field that the operator's rules name and the graph does not have.",
    labelNames: ['coordinate'],
    registers: [register],
    collect() {
      this.reset()
      for (const coordinate of unmatched()) this.set({ coordinate }, 1)
    },
  })
}
