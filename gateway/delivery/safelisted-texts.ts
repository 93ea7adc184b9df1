import { LruMap } from '../../shared/cache/lru-map.js'
import { sha256Of } from './persisted-query.js'

/** Texts remembered at most. */
const REMEMBERED = 5_000

/** The texts of safelisted operations: asked for once, since what a sha-256 names never changes. */
export class SafelistedTexts {
  private readonly texts = new LruMap<string, string>(REMEMBERED)
  private readonly asking = new Map<string, Promise<string | undefined>>()

  /** `ask`: the registry's text by sha-256; undefined when it has none, fails when it does not answer. */
  constructor(private readonly ask: (sha256: string) => Promise<string | undefined>) {}

  /** Undefined when the registry has none. Fails as `ask` does when it is not remembered. */
  textOf(sha256: string): string | Promise<string | undefined> {
    return this.texts.get(sha256) ?? this.asking.get(sha256) ?? this.learn(sha256)
  }

  private learn(sha256: string): Promise<string | undefined> {
    const question = this.ask(sha256)
      .then((text) => {
        if (text === undefined || sha256Of(text) !== sha256) return undefined
        this.texts.set(sha256, text)
        return text
      })
      .finally(() => this.asking.delete(sha256))
    this.asking.set(sha256, question)
    return question
  }
}
