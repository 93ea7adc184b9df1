import { randomUUID } from 'node:crypto'
import { UUID } from 'bson'
import { badValue, transactionRefusal } from '../faults.js'
import type { Doc } from '../values/documents.js'
import { countArgument } from './arguments.js'
import { type Command, type CommandTable, reads } from './command.js'

const VERSION = '7.0.0'

/** The handshake, sessions (kept by the driver alone), and cursors after their first reply. */
export const SESSION: CommandTable = {
  hello: reads(hello),
  isMaster: reads(hello),
  ismaster: reads(hello),
  ping: reads(() => ({})),
  buildInfo: reads(buildInfo),
  buildinfo: reads(buildInfo),
  connectionStatus: reads(() => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } })),
  startSession: reads(() => ({ id: { id: new UUID(randomUUID()) }, timeoutMinutes: 30 })),
  refreshSessions: reads(() => ({})),
  endSessions: reads(() => ({})),
  commitTransaction: reads(refuseTransaction),
  abortTransaction: reads(refuseTransaction),
  getMore: reads(getMore),
  killCursors: reads(killCursors),
}

function hello(...[, { now }]: Parameters<Command>): Doc {
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: now,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
  }
}

function buildInfo(): Doc {
  const versionArray = VERSION.split('.').map(Number)
  return {
    version: VERSION,
    versionArray: [...versionArray, 0],
    gitVersion: 'embedded',
    modules: ['embedded'],
    bits: 64,
  }
}

function refuseTransaction(): never {
  throw transactionRefusal()
}

function getMore(...[command, { cursors }]: Parameters<Command>): Doc {
  return { cursor: cursors.next(String(command.getMore), countArgument(command, 'batchSize')) }
}

function killCursors(...[command, { cursors }]: Parameters<Command>): Doc {
  if (!Array.isArray(command.cursors)) throw badValue('killCursors needs cursors')
  const cursorsKilled = command.cursors.filter((id) => cursors.kill(String(id)))
  const cursorsNotFound = command.cursors.filter((id) => !cursorsKilled.includes(id))
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] }
}
