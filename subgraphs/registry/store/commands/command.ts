import type { Catalogue } from '../storage/catalogue.js'
import type { Documents } from '../storage/documents.js'
import type { Doc } from '../values/documents.js'
import type { Cursors } from './cursors.js'
import type { Deadline } from './deadline.js'

/** The clock, in milliseconds since 1970. */
export type Clock = () => number

/** What a command works on. */
export interface CommandScope {
  db: string
  catalogue: Catalogue
  documents: Documents
  cursors: Cursors
  deadline: Deadline
  /** Runs a part of a writing command so that a fault undoes that part. */
  atomically<T>(work: () => T): T
  /** The moment the command began: `$$NOW` and `$currentDate`. */
  now: Date
}

/** Answers a command with the fields of its reply; a thrown fault undoes what it did. */
export type Command = (command: Doc, scope: CommandScope) => Doc

export interface CommandEntry {
  run: Command
  writes: boolean
}

export type CommandTable = Record<string, CommandEntry>

export function reads(run: Command): CommandEntry {
  return { run, writes: false }
}

export function writes(run: Command): CommandEntry {
  return { run, writes: true }
}
