/** Something the reader has to act on; the message says what. Printed without a stack. */
export class Failure extends Error {}

/** Runs `main`; a Failure is printed as its sentence and ends the process with exit code 1. */
export async function orFail(main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
