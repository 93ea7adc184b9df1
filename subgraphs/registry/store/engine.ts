import { AGGREGATING } from './commands/aggregating.js'
import { wholeArgument } from './commands/arguments.js'
import { COLLECTIONS } from './commands/collections.js'
import type { Clock, CommandEntry, CommandScope, CommandTable } from './commands/command.js'
import { Cursors } from './commands/cursors.js'
import { Deadline } from './commands/deadline.js'
import { EXPLAINING } from './commands/explaining.js'
import { FIND_AND_MODIFY } from './commands/find-and-modify.js'
import { INDEXING } from './commands/indexing.js'
import { READING } from './commands/reading.js'
import { SESSION } from './commands/session.js'
import { WRITING } from './commands/writing.js'
import { sweepExpired } from './expiry.js'
import { describeFault, StoreFault, transactionRefusal } from './faults.js'
import { Catalogue } from './storage/catalogue.js'
import { Documents } from './storage/documents.js'
import type { Environment } from './storage/environment.js'
import type { Doc } from './values/documents.js'

const COMMANDS: CommandTable = {
  ...SESSION,
  ...READING,
  ...AGGREGATING,
  ...WRITING,
  ...FIND_AND_MODIFY,
  ...INDEXING,
  ...COLLECTIONS,
  ...EXPLAINING,
}

/** Answers commands. Those given together share one durable transaction; each of them is atomic in itself. */
export class Engine {
  private readonly catalogue: Catalogue
  private readonly documents: Documents
  private readonly cursors: Cursors

  constructor(
    private readonly env: Environment,
    private readonly clock: Clock,
  ) {
    this.catalogue = new Catalogue(env)
    this.documents = new Documents(env, this.catalogue)
    this.cursors = new Cursors(clock)
  }

  /** The replies to a batch, in order, once everything in them is on disk. */
  answer(commands: Doc[]): Doc[] {
    if (!commands.some((command) => entryOf(command)?.writes)) return commands.map((command) => this.reply(command))
    try {
      const replies = this.env.durably(() => commands.map((command) => this.reply(command)))
      this.catalogue.commit()
      return replies
    } catch (error) {
      this.catalogue.rollback()
      const failure = { ok: 0, ...describeFault(error) }
      return commands.map(() => failure)
    }
  }

  /** Removes documents past their time and cursors nobody fetches. What can't be removed now is left to the next sweep. */
  sweep(): void {
    this.cursors.forgetIdle()
    const scope = this.scopeOf({})
    try {
      this.env.durably(() => sweepExpired(scope))
      this.catalogue.commit()
    } catch {
      this.catalogue.rollback()
    }
  }

  private reply(command: Doc): Doc {
    try {
      const entry = entryOf(command)
      if (!entry) throw new StoreFault(59, 'CommandNotFound', `no such command: '${Object.keys(command)[0]}'`)
      if (command.startTransaction === true || command.autocommit === false) throw transactionRefusal()
      return { ...this.run(entry, command), ok: 1 }
    } catch (error) {
      return { ok: 0, ...describeFault(error) }
    }
  }

  private run(entry: CommandEntry, command: Doc): Doc {
    const scope = this.scopeOf(command)
    return entry.writes ? scope.atomically(() => entry.run(command, scope)) : entry.run(command, scope)
  }

  private atomically<T>(work: () => T): T {
    try {
      return this.env.atomically(work)
    } catch (error) {
      this.catalogue.rollback()
      throw error
    }
  }

  private scopeOf(command: Doc): CommandScope {
    const { catalogue, documents, cursors, clock } = this
    const db = typeof command.$db === 'string' ? command.$db : 'admin'
    const deadline = new Deadline(clock, wholeArgument(command, 'maxTimeMS'))
    const atomically = <T>(work: () => T) => this.atomically(work)
    return { db, catalogue, documents, cursors, deadline, atomically, now: new Date(clock()) }
  }
}

/** The command a document asks for: its first field, never one inherited by the table. */
function entryOf(command: Doc): CommandEntry | undefined {
  const [name] = Object.keys(command)
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
}
