import { setTimeout as wait } from 'node:timers/promises'
import { systemLoop } from '../../shared/load/loop-wait.js'
import { closeServer, type ListenAddress, listen } from '../../shared/process/listen.js'
import type { Log } from '../../shared/telemetry/log.js'
import { KINDS, type ShedderCounters } from '../limits/shedding/shedder.js'
import { Crowd } from './crowd.js'
import { createStage, KEYS, type Stage } from './stage.js'

/** Whether a queue stands in each act: requests are all taken, then many are refused, and once more. */
const ACTS = [false, true, false, true]

/** Clients, of whom every fourth is mission-critical, and how often each asks. */
const CROWD = 128
const CRITICAL_EVERY = 4
const TIMES = 16

/** An act takes a tenth of a second; one that takes so long has failed, in milliseconds. */
const ACT_LIMIT_MS = 5_000
const CLOSE_LIMIT_MS = 1_000

/**
 * Takes and refuses a few thousand requests of its own, over connections within this machine, before the first of anybody
 * else. A gateway seldom queues and refuses; when it must, it has no core to spare, and if V8 then met this code for the
 * first time, it would throw away what it has compiled of the code around it, and compile both anew for half a second.
 * Never rejects: a rehearsal that fails is warned of.
 */
export async function rehearse(log: Log, address: ListenAddress = { host: '127.0.0.1', port: 0 }): Promise<void> {
  const began = systemLoop.monotonic()
  const counted = { taken: 0, refused: 0 }
  try {
    for (const congested of ACTS) {
      const stage = createStage()
      if (congested) await congest(stage)
      await act(stage, address)
      const { admitted, refused } = stage.shedder.counters()
      counted.taken += sum(admitted)
      counted.refused += sum(refused)
    }
    log.info({ ...counted, ms: Math.round(systemLoop.monotonic() - began) }, 'overload is rehearsed')
  } catch (err) {
    log.warn({ err }, 'overload could not be rehearsed: the first one will be answered more slowly')
  }
}

/** A queue stands as soon as many have waited for too long, for longer than a burst takes, in milliseconds. */
const QUEUE = { size: 1_000, waitMs: 1_000, lastsMs: 50 }

async function congest({ shedder }: Stage): Promise<void> {
  shedder.noteWait(QUEUE.waitMs, QUEUE.size)
  await wait(QUEUE.lastsMs)
  shedder.noteWait(QUEUE.waitMs, QUEUE.size)
}

async function act({ server }: Stage, address: ListenAddress): Promise<void> {
  const { port } = new URL(await listen(server, address))
  try {
    await askInTime(await Crowd.gather({ host: address.host, port: Number(port) }, REQUESTS))
  } finally {
    await closeServer(server, CLOSE_LIMIT_MS)
  }
}

async function askInTime(crowd: Crowd): Promise<void> {
  const limit = setTimeout(() => crowd.leave(), ACT_LIMIT_MS)
  try {
    await crowd.ask(TIMES)
  } finally {
    clearTimeout(limit)
    crowd.leave()
  }
}

const BODY = '{"query":"{ __typename }"}'

const REQUESTS = Array.from({ length: CROWD }, (_, index) =>
  requestOf(index % CRITICAL_EVERY === 0 ? KEYS.MISSION_CRITICAL : KEYS.INTERNAL),
)

function requestOf(key: string): Buffer {
  const head = `host: gateway\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json`
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${head}\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`)
}

function sum(counts: ShedderCounters['refused']): number {
  return KINDS.reduce((total, kind) => total + counts[kind], 0)
}
