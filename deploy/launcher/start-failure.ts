/** A start that cannot go on: the message is what is printed, and says what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}
