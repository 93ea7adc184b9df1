import { RememberedFile } from '../memory/remembered-file.js'
import type { PublishedSupergraph } from './supergraph-version.js'

/** The last good supergraph of one environment, kept on disk so that the gateway starts while the registry is down. */
export class SupergraphMemory {
  private readonly file: RememberedFile

  constructor(
    folder: string,
    private readonly environment: string,
  ) {
    this.file = new RememberedFile(folder, 'supergraph.graphql')
  }

  /** What was remembered; undefined when nothing was, or for another environment. */
  async read(): Promise<PublishedSupergraph | undefined> {
    const text = await this.file.read()
    const heading = /^# supergraph (\d+) of (\w+)\n/.exec(text ?? '')
    if (!text || heading?.[2] !== this.environment) return undefined
    return { version: Number(heading[1]), sdl: text.slice(heading[0].length) }
  }

  /** Replaces what is remembered. */
  write({ sdl, version }: PublishedSupergraph): Promise<void> {
    return this.file.write(`# supergraph ${version} of ${this.environment}\n${sdl}`)
  }
}
