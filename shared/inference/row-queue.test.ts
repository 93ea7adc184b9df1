import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Priority } from './engine.js'
import { RecordedBlock } from './fixtures/recorded-block.js'
import { BATCH_PATIENCE, RowQueue } from './row-queue.js'
import { type Slice, Ticket } from './ticket.js'

const ticket = (rows: number, priority: Priority = 'interactive', deadline = Number.POSITIVE_INFINITY) =>
  new Ticket(new RecordedBlock(Array.from({ length: rows }, () => ({}))), { priority, deadline }, 0, () => {})

const sizeOf = (slices: readonly Slice[]) => slices.reduce((sum, slice) => sum + slice.to - slice.from, 0)

describe('a queue of rows', () => {
  it('gives interactive rows before batch rows, each first come first served', () => {
    const queue = new RowQueue()
    const [late, early, other] = [ticket(1, 'batch'), ticket(1), ticket(1)]
    for (const each of [late, early, other]) queue.push(each)
    expect(queue.take(2).map((slice) => slice.ticket)).toEqual([early, other])
    expect(queue.take(2).map((slice) => slice.ticket)).toEqual([late])
  })

  it('fills what interactive rows leave of a run with batch rows', () => {
    const queue = new RowQueue()
    queue.push(ticket(10, 'batch'))
    queue.push(ticket(3))
    expect(queue.take(8).map(({ from, to, ticket }) => [ticket.priority, to - from])).toEqual([
      ['interactive', 3],
      ['batch', 5],
    ])
  })

  it('starts a run with batch rows after they were passed over too often', () => {
    const queue = new RowQueue()
    queue.push(ticket(1, 'batch'))
    queue.push(ticket(1000))
    const priorities = Array.from({ length: BATCH_PATIENCE + 1 }, () => queue.take(4)[0]!.ticket.priority)
    expect(priorities).toEqual([...Array(BATCH_PATIENCE).fill('interactive'), 'batch'])
  })

  it('leaves half of a run to those behind a long block', () => {
    const queue = new RowQueue()
    const [long, short] = [ticket(10_000), ticket(1)]
    queue.push(long)
    queue.push(short)
    const run = queue.take(100)
    expect(run.map((slice) => slice.ticket)).toEqual([long, short, long])
    expect(sizeOf(run)).toBe(100)
  })

  it('gives a row of a failed run alone, every other time', () => {
    const queue = new RowQueue()
    queue.push(ticket(4))
    const failed = queue.take(2)[0]!
    queue.pushAlone({ ...failed, to: 1, alone: true })
    queue.pushAlone({ ...failed, from: 1, alone: true })
    expect([queue.take(1), queue.take(1), queue.take(1)].map(([slice]) => slice!.alone)).toEqual([true, false, true])
  })

  it('takes out the blocks that match, waiting rows only', () => {
    const queue = new RowQueue()
    const [stays, leaves] = [ticket(2, 'interactive', 500), ticket(3, 'batch', 100)]
    queue.push(leaves)
    queue.push(stays)
    expect(queue.earliestDeadline()).toBe(100)
    expect(queue.extract(({ deadline }) => deadline <= 100)).toEqual([{ ticket: leaves, from: 0, to: 3, alone: false }])
    expect(queue.rows).toBe(2)
    expect(queue.earliestDeadline()).toBe(500)
  })

  it('gives every row once, in order, and never more than asked for', () => {
    const blocks = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom<Priority>('interactive', 'batch')),
    )
    fc.assert(
      fc.property(blocks, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes, limits) => {
        const queue = new RowQueue()
        const tickets = sizes.map(([rows, priority]) => ticket(rows, priority))
        const given = new Map(tickets.map((each) => [each, 0]))
        for (const each of tickets) queue.push(each)
        for (let turn = 0; queue.rows > 0; turn++) {
          const limit = limits[turn % limits.length]!
          const waiting = queue.rows
          const run = queue.take(limit)
          expect(sizeOf(run)).toBe(Math.min(limit, waiting))
          for (const slice of run) {
            expect(slice.from).toBe(given.get(slice.ticket))
            given.set(slice.ticket, slice.to)
          }
        }
        for (const each of tickets) expect(given.get(each)).toBe(each.block.length)
      }),
    )
  })

  it('counts as ahead of a new block the interactive rows alone, of longer blocks those that go before its own', () => {
    const queue = new RowQueue()
    expect(queue.ahead(1, 8, 'interactive')).toBe(0)
    queue.push(ticket(100, 'batch'))
    expect(queue.ahead(1, 8, 'interactive')).toBe(0)
    queue.push(ticket(3))
    expect(queue.ahead(1, 8, 'interactive')).toBe(3)
    queue.push(ticket(50))
    expect([
      queue.ahead(1, 8, 'interactive'),
      queue.ahead(20, 8, 'interactive'),
      queue.ahead(500, 8, 'interactive'),
    ]).toEqual([8, 40, 53])
    queue.take(8)
    expect(queue.ahead(500, 8, 'interactive')).toBe(45)
    queue.extract(() => true)
    expect(queue.ahead(500, 8, 'interactive')).toBe(0)
  })

  it('gives critical rows before all others, which wait for eight runs in a row at most', () => {
    const queue = new RowQueue()
    const [batch, interactive] = [ticket(1, 'batch'), ticket(1)]
    queue.push(batch)
    queue.push(interactive)
    for (let n = 0; n < 20; n++) queue.push(ticket(1, 'critical'))
    expect([queue.ahead(1, 1, 'critical'), queue.ahead(1, 1, 'interactive')]).toEqual([20, 21])
    const taken = Array.from({ length: 22 }, () => queue.take(1)[0]!.ticket)
    expect([taken.indexOf(batch), taken.indexOf(interactive)]).toEqual([BATCH_PATIENCE, BATCH_PATIENCE + 1])
    expect(queue.isEmpty).toBe(true)
  })
})
