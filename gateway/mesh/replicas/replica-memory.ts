import type { Replicas } from '../../../shared/control/replicas.js'
import { replicasSchema } from '../../../shared/control/schema.js'
import { RememberedFile } from '../../memory/remembered-file.js'

/** The replicas that were known last, kept on disk so that a gateway finds them while the registry is down. */
export class ReplicaMemory {
  private readonly file: RememberedFile

  constructor(
    folder: string,
    private readonly environment: string,
  ) {
    this.file = new RememberedFile(folder, 'replicas.json')
  }

  /** What was remembered; undefined when nothing was, or for another environment. Throws for what is no such list. */
  async read(): Promise<Replicas | undefined> {
    const text = await this.file.read()
    if (text === undefined) return undefined
    const replicas = replicasSchema.parse(JSON.parse(text))
    return replicas.environment === this.environment ? replicas : undefined
  }

  /** Replaces what is remembered. */
  write(replicas: Replicas): Promise<void> {
    return this.file.write(JSON.stringify(replicas))
  }
}
