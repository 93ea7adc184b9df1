import { Counter, Gauge, type Registry } from 'prom-client'
import type { SubgraphCounters } from '../mesh/counters.js'

/** What happened to the fetches of each subgraph, by its name. */
export type ReadMeshCounters = () => Readonly<Record<string, SubgraphCounters>>

/** Shows the mesh's own counters. */
export function registerMeshMetrics(register: Registry, read: ReadMeshCounters): void {
  const registers = [register]
  const labelNames = ['subgraph'] as const
  new Counter({
    name: 'modelgraph_mesh_fetches_total',
    help: 'Fetches by how they ended.',
    labelNames: ['subgraph', 'outcome'],
    registers,
    collect() {
      this.reset()
      for (const [subgraph, { fetches }] of Object.entries(read())) {
        for (const [outcome, count] of Object.entries(fetches)) this.inc({ subgraph, outcome }, count)
      }
    },
  })
  for (const [name, help, field] of COUNTERS) {
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const [subgraph, counters] of Object.entries(read())) this.inc({ subgraph }, counters[field])
      },
    })
  }
  for (const [name, help, field] of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const [subgraph, counters] of Object.entries(read())) this.set({ subgraph }, counters[field])
      },
    })
  }
}

const COUNTERS = [
  [
    'modelgraph_mesh_requests_total',
    'Requests to subgraphs, as letters on links or over HTTP; one carries the fetches of a turn.',
    'requests',
  ],
  ['modelgraph_mesh_retries_total', 'Fetches sent again.', 'retries'],
  ['modelgraph_mesh_retries_denied_total', 'Retries that the budget did not allow.', 'retriesDenied'],
  ['modelgraph_mesh_hedges_total', 'Fetches sent to a second replica because the first took long.', 'hedges'],
  ['modelgraph_mesh_ejections_total', 'Times that a replica was taken out of traffic.', 'ejections'],
] as const

const GAUGES = [
  ['modelgraph_mesh_fetches_in_flight', 'Fetches under way.', 'inFlight'],
  ['modelgraph_mesh_replicas', 'Replicas, ejected ones included.', 'replicas'],
  ['modelgraph_mesh_ejected_replicas', 'Replicas that get no traffic.', 'ejectedReplicas'],
  [
    'modelgraph_mesh_linked_replicas',
    'Replicas to which there is a link; requests to others travel over HTTP.',
    'linkedReplicas',
  ],
] as const
