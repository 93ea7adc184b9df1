import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '../deploy/launcher/network.js'
import { type MeasuredProcess, startMeasured } from './process.js'
import { featureNames } from './records.js'

const SETTINGS = {
  /** What the log costs is measured by rows of its own; the baseline keeps none. */
  off: { MODELGRAPH_PREDICTION_LOG: 'off' },
  on: {},
}

/** The processes that are measured: each is started when the first group asks for it, and all end with `close`. */
export class Stage {
  readonly #networks = new Map<string, Promise<Network>>()
  readonly #bare = new Map<number, Promise<MeasuredProcess>>()
  readonly #atEnd: (() => Promise<void> | void)[] = []

  constructor(readonly say: (line: string) => void) {}

  /** The whole graph, with the prediction log on or off. */
  network(log: 'on' | 'off'): Promise<Network> {
    return once(this.#networks, log, () => this.#startNetwork(SETTINGS[log]))
  }

  /** The bare script with a version of `malignancy-risk`. */
  bare(version: 1 | 2): Promise<MeasuredProcess> {
    return once(this.#bare, version, () =>
      this.keep(startMeasured(BARE, { args: [modelOf(version), ...featureNames()] })),
    )
  }

  /** Ends what was started, the last first. */
  async close(): Promise<void> {
    for (const end of this.#atEnd.reverse()) await end()
  }

  /** Does this, too, when everything ends. */
  ends(end: () => Promise<void> | void): void {
    this.#atEnd.push(end)
  }

  async #startNetwork(settings: Readonly<Record<string, string>>): Promise<Network> {
    const dataFolder = this.folder()
    const ports = { PORT: 0, REGISTRY_PORT: 0, PATIENTS_PORT: 0, DIAGNOSTICS_PORT: 0, VISION_PORT: 0, FRAUD_PORT: 0 }
    const { say } = this
    const network = await startNetwork({ dataFolder, ports, settings: { LOG_LEVEL: 'error', ...settings }, say })
    this.ends(() => network.stop())
    return network
  }

  /** A folder that goes when everything has ended. */
  folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'modelgraph-bench-'))
    this.ends(() => rmSync(path, { recursive: true, force: true }))
    return path
  }

  /** Ends a process that is being started when everything ends. */
  async keep<P extends MeasuredProcess>(starting: Promise<P>): Promise<P> {
    const started = await starting
    this.ends(() => started.close())
    return started
  }
}

const BARE = 'dist/bench/baseline/main.js'

/** Artifact of a version of `malignancy-risk`: 1 is a logistic regression, 2 an ensemble of 200 trees. */
export function modelOf(version: 1 | 2): string {
  return `subgraphs/diagnostics/models/malignancy-risk/${version}/model.onnx`
}

function once<K, T>(known: Map<K, Promise<T>>, key: K, start: () => Promise<T>): Promise<T> {
  const started = known.get(key) ?? start()
  known.set(key, started)
  return started
}
