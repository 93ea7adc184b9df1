import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartFailure } from './start-failure.js'

/** Longest path of a unix socket that every platform takes, in bytes. */
const LONGEST_SOCKET_PATH = 100

/** Holds a data folder for one launcher; the kernel lets go of it whatever way the launcher ends. */
export interface Occupancy {
  release(): Promise<void>
}

/**
 * Occupies a data folder by listening on a unix socket in it. A socket left behind by a launcher that was killed
 * refuses connections and is taken over; unlike a file with a process id, it cannot be mistaken for another process.
 */
export async function occupy(folder: string): Promise<Occupancy> {
  const path = socketPath(folder)
  for (let attempt = 1; ; attempt++) {
    const server = await listening(path)
    if (server) return { release: () => new Promise((done) => server.close(() => done())) }
    const holder = await answerFrom(path)
    if (holder !== undefined || attempt === 3) {
      throw new StartFailure(
        `Modelgraph already runs on the data folder ${folder}${holder ? ` (process ${holder})` : ''}; stop it first or set MODELGRAPH_DATA to another folder.`,
      )
    }
    rmSync(path, { force: true })
  }
}

/** A server that tells its process id to whoever asks; undefined where the path is taken. */
function listening(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => {}).end(String(process.pid)))
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(path, () => resolve(server.unref()))
  })
}

/** What the holder of the socket says; undefined when nobody listens. */
function answerFrom(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    connect(path)
      .setEncoding('utf8')
      .on('data', (text) => {
        answer += text
      })
      .on('end', () => resolve(answer))
      .on('error', () => resolve(undefined))
  })
}

function socketPath(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  if (process.platform === 'win32') return `\\\\.\\pipe\\modelgraph-${name}`
  const inside = join(folder, 'launcher.sock')
  return Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH ? inside : join(tmpdir(), `modelgraph-${name}.sock`)
}
