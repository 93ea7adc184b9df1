import type { WrittenLetter } from '../../../shared/mesh/link/letter.js'
import type { Failure, Outcome } from './part.js'

/** Some parts for one replica, written: an object for one, an array for several (shared/mesh/protocol.ts). */
export interface Letter extends WrittenLetter {
  /** How many parts it holds. */
  readonly parts: number
}

/** Told what becomes of a letter, until nobody waits for more of it. */
export interface Sender {
  answered(part: number, outcome: Outcome): void
  /** No part that was not answered will be. */
  failed(failure: Failure): void
}

/** A way to a replica. */
export interface Carrier {
  /** Carries a letter there. Answers how to break it off; then the sender is told nothing any more. */
  carry(letter: Letter, sender: Sender): () => void
}
