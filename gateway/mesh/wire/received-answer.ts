import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Served } from '../../../shared/mesh/protocol.js'
import type { MeshAnswer } from '../mesh.js'
import { isAnswer, type SubgraphAnswer } from './subgraph-answer.js'

const NONE: readonly Served[] = []

/** An answer that was parsed to find it in the body, or to see its errors. */
export class ParsedAnswer implements MeshAnswer {
  readonly bytes = undefined

  constructor(
    private readonly answer: SubgraphAnswer,
    readonly served: readonly Served[] = NONE,
  ) {}

  read(): SubgraphAnswer {
    return this.answer
  }

  copy(): ParsedAnswer {
    return new ParsedAnswer(structuredClone(this.answer), this.served)
  }
}

/** An answer that its subgraph says holds no errors, as bytes. */
export class UnreadAnswer implements MeshAnswer {
  private parsed: SubgraphAnswer | undefined

  constructor(
    private readonly subgraph: string,
    readonly bytes: Buffer,
    readonly served: readonly Served[] = NONE,
  ) {}

  read(): SubgraphAnswer {
    this.parsed ??= this.parse()
    return this.parsed
  }

  copy(): UnreadAnswer {
    return new UnreadAnswer(this.subgraph, this.bytes, this.served)
  }

  private parse(): SubgraphAnswer {
    const value = parsedOf(this.bytes)
    if (isAnswer(value)) return value
    const { subgraph } = this
    throw new ModelgraphError('SUBGRAPH_UNAVAILABLE', `The subgraph ${subgraph} answered no GraphQL.`, { subgraph })
  }
}

export type ReceivedAnswer = ParsedAnswer | UnreadAnswer

/** The value of JSON; undefined for what is none. */
export function parsedOf(json: Buffer | string): unknown {
  try {
    return JSON.parse(json.toString())
  } catch {
    return undefined
  }
}
