import { timeOfUuid } from './hex-words.js'

/** The smallest and the greatest of some UUIDv7, and their times in milliseconds since the epoch. */
export class IdSpan {
  first = ''
  last = ''
  firstTime = Number.POSITIVE_INFINITY
  lastTime = Number.NEGATIVE_INFINITY

  /** Nearly all that come are the greatest so far. */
  take(id: string): void {
    const time = timeOfUuid(id)
    if (time > this.lastTime || (time === this.lastTime && id > this.last)) {
      this.last = id
      this.lastTime = time
    }
    if (time < this.firstTime || (time === this.firstTime && id < this.first)) {
      this.first = id
      this.firstTime = time
    }
  }
}
