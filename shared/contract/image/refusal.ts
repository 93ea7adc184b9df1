/** An image that is not decoded: what would have been right, and what came instead. */
export class ImageRefusal extends Error {
  override readonly name = 'ImageRefusal'
  readonly expected: string
  readonly received: string

  constructor(expected: string, received: string, cause?: unknown) {
    super(`expected ${expected}, received ${received}`, { cause })
    this.expected = expected
    this.received = received
  }
}
