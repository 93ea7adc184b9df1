import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answeredRows, LogBench, TRACE_ID } from './fixtures/log-bench.js'

let bench: LogBench

beforeEach(() => {
  bench = new LogBench()
})

afterEach(() => bench.remove())

describe('the prediction log', () => {
  it('brings every answered row to the registry once, with all that is known of it', async () => {
    const log = await bench.open()
    const answered = answeredRows(bench, 3)
    log.record(answered)
    await bench.until(() => bench.registry.ids.length === 3)
    const [chunk] = bench.registry.chunks
    expect(chunk).toMatchObject({ model: 'risk', version: 1, environment: 'test', rows: 3, errors: {} })
    expect(bench.registry.rows).toEqual(
      answered.ids.map((id, row) => ({
        id,
        origin: { client: 'app', operation: 'Row', route: 'CHAMPION', revision: null, instead: null },
        requestId: 'request-1',
        traceId: TRACE_ID,
        latencyMs: 1.5,
        queueMs: 0.25,
        runMs: 1,
        shadowOf: null,
        error: null,
        inputs: { amount: row, kind: 'A', trace: [1, 2], photo: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
        outputs: { probability: row / 1_000 },
      })),
    )
    await log.close()
    expect(log.status().rows).toMatchObject({ spooled: 3, delivered: 3 })
  })

  it('says of the rows of a shadow which prediction was the answer', async () => {
    const log = await bench.open()
    const shadowOf = answeredRows(bench, 700).ids
    const places = shadowOf.map((_, place) => place).filter((place) => place % 2 === 1)
    const answered = answeredRows(bench, 700, { version: 2, route: 'SHADOW', shadowOf, places })
    log.record(answeredRows(bench, 300, { version: 2, route: 'PINNED' }))
    log.record(answered)
    await bench.until(() => bench.registry.ids.length === 650)
    const { rows } = bench.registry
    expect(rows.slice(0, 300).map(({ origin, shadowOf }) => [origin.route, shadowOf])).toEqual(
      Array.from({ length: 300 }, () => ['PINNED', null]),
    )
    expect(rows.slice(300).map(({ shadowOf }) => shadowOf)).toEqual(places.map((place) => shadowOf[place]))
    expect(bench.registry.ids.slice(300)).toEqual(places.map((place) => answered.ids[place]))
    await log.close()
  })

  it('keeps sensitive features and images to itself', async () => {
    const log = await bench.open()
    log.record(answeredRows(bench, 1))
    await bench.until(() => bench.registry.ids.length === 1)
    const [chunk] = bench.registry.chunks
    expect(chunk!.redacted).toEqual(['income'])
    expect(chunk!.inputs).not.toContain('income')
    const sha256 = createHash('sha256').update('AAAA').digest('hex')
    expect(bench.registry.rows.map(({ inputs }) => inputs)).toEqual([
      { amount: 0, kind: 'A', trace: [1, 2], photo: `sha256:${sha256}` },
    ])
    await log.close()
  })

  it('records rows that failed, whatever came, under an id of their own', async () => {
    const log = await bench.open()
    const error = { code: 'BAD_USER_INPUT' }
    const inputs = [null, { amount: 'much', kind: 'C'.repeat(5_000), trace: [1, 2, 3] }, { amount: 1 }]
    const errors = new Map([
      [0, error],
      [1, error],
    ])
    log.record(answeredRows(bench, 3, { inputs, errors }))
    await bench.until(() => bench.registry.ids.length === 3)
    const { rows, chunks, ids } = bench.registry
    expect(chunks[0]!.errors).toEqual({ BAD_USER_INPUT: 2 })
    expect(rows.map(({ error }) => error)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', null])
    expect(rows.map(({ outputs }) => outputs)).toEqual([null, null, { probability: 0.002 }])
    expect(new Set(ids).size).toBe(3)
    expect(rows.map(({ inputs }) => inputs.amount)).toEqual([null, 'much', 1])
    expect(rows.map(({ inputs }) => inputs.kind)).toEqual([null, `${'C'.repeat(1_000)}…`, null])
    expect(rows.map(({ inputs }) => inputs.trace)).toEqual([null, null, null])
    await log.close()
  })

  it('records columns, arrays and base64 alike', async () => {
    const log = await bench.open()
    const photo = ['AAAA', 'AAAA', 'AAAA']
    const amount = Buffer.from(Float32Array.of(1.5, 2.5, 3.5).buffer).toString('base64')
    const inputs = { amount, income: [1, 2, 3], kind: ['A', 'B', 'A'], trace: [1, 2, 3, 4, 5, 6], photo }
    const errors = new Map([[1, { code: 'INVALID_PREDICTION' }]])
    log.record(answeredRows(bench, 3, { inputs, errors }))
    await bench.until(() => bench.registry.ids.length === 3)
    const { rows } = bench.registry
    expect(rows.map(({ inputs }) => [inputs.amount, inputs.trace])).toEqual([
      [1.5, [1, 2]],
      [2.5, [3, 4]],
      [3.5, [5, 6]],
    ])
    expect(rows.map(({ outputs }) => outputs)).toEqual([{ probability: 0 }, null, { probability: 0.002 }])
    expect(rows.map(({ error }) => error)).toEqual([null, 'INVALID_PREDICTION', null])
    await log.close()
  })

  it('waits on disk while the registry is down, and delivers each row once, those of a version in order, whatever answers got lost', async () => {
    bench.registry.down = true
    const log = await bench.open()
    const answered = [1, 2, 3].map((version) => answeredRows(bench, 700, { version }))
    for (const one of answered) log.record(one)
    await bench.until(() => log.status().rows.spooled === 2_100)
    expect(bench.registry.ids).toEqual([])
    bench.registry.down = false
    bench.registry.losesAnswers = 2
    await bench.until(() => log.status().rows.delivered === 2_100)
    const idsOf = (wanted: number) =>
      bench.registry.chunks.flatMap(({ version, read }) => (version === wanted ? read.map(({ id }) => id) : []))
    expect([1, 2, 3].map(idsOf)).toEqual(answered.map(({ ids }) => ids))
    expect(log.status().spoolBytes).toBe(0)
    await log.close()
  })

  it('delivers what an earlier process left on disk', async () => {
    bench.registry.down = true
    const before = await bench.open()
    const answered = answeredRows(bench, 10)
    before.record(answered)
    const closed = before.close()
    await bench.until(() => before.status().rows.spooled === 10)
    await closed
    bench.registry.down = false
    const after = await bench.open()
    await bench.until(() => bench.registry.ids.length === 10)
    expect(bench.registry.ids).toEqual(answered.ids)
    await after.close()
  })

  it('writes and delivers what waits when it is closed', async () => {
    const log = await bench.open()
    log.record(answeredRows(bench, 5))
    await log.close()
    expect(bench.registry.ids).toHaveLength(5)
  })

  it('counts what a full disk costs, and goes on when there is room', async () => {
    const log = await bench.open()
    bench.diskFull = true
    log.record(answeredRows(bench, 5))
    await bench.until(() => log.status().rows.dropped_disk === 5)
    bench.diskFull = false
    log.record(answeredRows(bench, 7))
    await bench.until(() => log.status().rows.delivered === 7)
    expect(bench.registry.ids).toHaveLength(7)
    await log.close()
  })

  it('drops and counts beyond the bound of the spool', async () => {
    bench.registry.down = true
    const log = await bench.open({ limitBytes: 400_000 })
    const total = 5_000
    for (let sent = 0; sent < total; sent += 500) log.record(answeredRows(bench, 500))
    await bench.until(() => log.status().waitingRows === 0)
    const { spooled, dropped_spool: dropped } = log.status().rows
    expect(dropped).toBeGreaterThan(0)
    expect(spooled + dropped).toBe(total)
    bench.registry.down = false
    await bench.until(() => log.status().rows.delivered === spooled)
    await log.close()
  })

  it('drops and counts beyond the bound of its memory, and never waits for a registry that is silent', async () => {
    let speak = () => {}
    bench.registry.silence = new Promise((resolve) => {
      speak = resolve
    })
    const log = await bench.open({ mostWaitingValues: 7_700 })
    for (let call = 0; call < 30; call++) log.record(answeredRows(bench, 100))
    expect(log.status()).toMatchObject({ waitingRows: 1_000, rows: { dropped_memory: 2_000 } })
    await bench.until(() => log.status().waitingRows === 0)
    log.record(answeredRows(bench, 100))
    expect(log.status()).toMatchObject({ waitingRows: 100, rows: { dropped_memory: 2_000, delivered: 0 } })
    speak()
    await log.close()
    expect(log.status().rows).toMatchObject({ dropped_memory: 2_000, delivered: 1_100 })
  })

  it('records the share of rows it is told to', async () => {
    const log = await bench.open({ sample: 25 })
    log.record(answeredRows(bench, 1_000))
    await bench.until(() => log.status().rows.delivered === 250)
    expect(log.status().rows.sampled_out).toBe(750)
    expect(bench.registry.chunks[0]!.sample).toBe(25)
    await log.close()
  })

  it('never throws, and counts what it could not make a record of', async () => {
    const log = await bench.open()
    log.record(answeredRows(bench, 2, { ids: undefined as never }))
    log.record(answeredRows(bench, 3, { inputs: undefined as never }))
    await bench.until(() => log.status().waitingRows === 0)
    expect(log.status().rows).toMatchObject({ dropped_fault: 3, spooled: 0 })
    await log.close()
  })
})
