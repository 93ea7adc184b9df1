/** What the user of the command has to act on: printed without a stack, ends the command with exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}

/** A command that is not one: printed with the usage, ends it with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
