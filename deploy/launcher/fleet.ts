import { gatewaySpec, registrySpec, SUBGRAPHS, subgraphSpec, type Wiring } from './processes.js'
import { SupervisedProcess, type Supervision } from './supervised-process.js'

/** The processes of a network, started and stopped in the order they depend on each other. */
export class Fleet {
  readonly #supervision: Supervision
  #registry: SupervisedProcess | undefined
  #subgraphs: readonly SupervisedProcess[] = []
  #gateway: SupervisedProcess | undefined
  #stopping: Promise<void> | undefined

  constructor(supervision: Supervision) {
    this.#supervision = supervision
  }

  /** The registry, then all that ask it, side by side. Rejects with a StartFailure as soon as one does not start. */
  async start(wiring: Wiring): Promise<void> {
    this.#registry = new SupervisedProcess(registrySpec(wiring), this.#supervision)
    await this.#registry.start()
    const meshed = { ...wiring, registryUrl: this.#registry.url }
    this.#subgraphs = SUBGRAPHS.map((name) => new SupervisedProcess(subgraphSpec(name, meshed), this.#supervision))
    this.#gateway = new SupervisedProcess(gatewaySpec(meshed), this.#supervision)
    await Promise.all([this.#gateway, ...this.#subgraphs].map((process) => process.start()))
  }

  /** The gateway first, so that nothing is asked of a process that stops; the registry last. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder()
    return this.#stopping
  }

  get processes(): readonly SupervisedProcess[] {
    return [this.#gateway, ...this.#subgraphs, this.#registry].filter((process) => process !== undefined)
  }

  named(name: string): SupervisedProcess {
    const found = this.processes.find((process) => process.name === name)
    if (!found)
      throw new RangeError(`There is no process ${name}, only ${this.processes.map((p) => p.name).join(', ')}.`)
    return found
  }

  async #stopInOrder(): Promise<void> {
    await this.#gateway?.stop()
    await Promise.all(this.#subgraphs.map((process) => process.stop()))
    await this.#registry?.stop()
  }
}
