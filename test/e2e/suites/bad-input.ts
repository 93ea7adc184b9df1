import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { cardOf } from '../cards.js'
import { type GraphAnswer, post } from '../client.js'
import { app, network } from '../network.js'

const payment = cardOf('fraud-detector').goldenRows[0]!.input
const SCORE = 'query Score($input: Payment!) { fraudDetector(input: $input) { probability } }'
const READ = 'query Read($input: DigitImage!) { digitReader(input: $input) { digit } }'

describe('who asks', () => {
  const query = JSON.stringify({ query: '{ patient(id: "1") { id } }' })

  it.each([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer mg_test_0000000000000000000000_000000' }],
    ['a key that is no key', { authorization: 'Bearer hello' }],
    ['another scheme', { authorization: 'Basic aGVsbG86d29ybGQ=' }],
  ])('%s is UNAUTHENTICATED', async (_name, headers: Record<string, string>) => {
    expectRefused(await post(network.gatewayUrl, query, headers), 'UNAUTHENTICATED', 401)
  })

  it('a key without the scope is FORBIDDEN, with the place', async () => {
    const answer = await app(
      'mutation { setAlias(model: "fraud-detector", alias: "champion", version: 1, reason: "no") { name } }',
    )
    expectRefused(answer, 'FORBIDDEN', 403)
    expect(answer.errors[0]!.path).toEqual(['setAlias'])
  })

  it('a subgraph asked around the gateway refuses', async () => {
    const answer = await post(network.process('fraud').url, query, {})
    expect(answer.errors[0]!.extensions.code).toBe('UNAUTHENTICATED')
  })
})

describe('what is no GraphQL request', () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    post(network.gatewayUrl, body, { authorization: `Bearer ${network.keys.app}`, ...headers })

  it('malformed JSON', async () => expectRefused(await send('{"query": "{ x'), 'BAD_REQUEST', 400))
  it('NaN in JSON', async () =>
    expectRefused(await send('{"query": "{ x }", "variables": {"a": NaN}}'), 'BAD_REQUEST', 400))
  it('a wrong content type', async () =>
    expectRefused(await send('query=x', { 'content-type': 'application/x-www-form-urlencoded' }), 'BAD_REQUEST', 415))
  it('a body over 5 MB', async () =>
    expectRefused(await send(`{"query": "{ x }", "pad": "${'x'.repeat(5 * 2 ** 20)}"}`), 'PAYLOAD_TOO_LARGE', 413))
  it('a document that does not parse', async () =>
    expectRefused(await app('{ patient(id: "1") {'), 'GRAPHQL_PARSE_FAILED', 400))
  it('an unknown field', async () =>
    expectRefused(await app('{ patient(id: "1") { shoeSize } }'), 'GRAPHQL_VALIDATION_FAILED', 400))
  it('a depth bomb', async () => {
    const depth = 60
    const bomb = `{ models { nodes ${'{ versions { model '.repeat(depth)}{ name }${'} }'.repeat(depth)} } }`
    expectRefused(await app(bomb), 'COST_LIMIT_EXCEEDED', 400)
  })
  it('an alias bomb', async () => {
    const bomb = `{ ${Array.from({ length: 1_500 }, (_, i) => `a${i}: patient(id: "1") { id }`).join(' ')} }`
    expectRefused(await app(bomb), 'COST_LIMIT_EXCEEDED', 400)
  })
})

describe('a feature that does not fit its contract', () => {
  it.each([
    ['a string for a number', { amount: 'much' }, 'input.amount'],
    ['null for a number', { amount: null }, 'input.amount'],
    ['a category that does not exist', { merchantKind: 'SPACESHIPS' }, 'input.merchantKind'],
    ['a value out of range', { amount: -5 }, 'input.amount'],
    ['a fraction for a whole number', { hourOfDay: 1.5 }, 'input.hourOfDay'],
    ['an unknown feature', { shoeSize: 42 }, 'input.shoeSize'],
  ])('%s', async (_name, change, path) => {
    const answer = await app(SCORE, { input: { ...payment, ...change } })
    expectCoded(answer, 'BAD_USER_INPUT')
    expect(answer.errors[0]!.extensions.path).toBe(path)
    expect(answer.errors[0]!.extensions.expected).toEqual(expect.any(String))
  })

  it('a missing feature', async () => {
    const { amount: _, ...rest } = payment
    const answer = await app(SCORE, { input: rest })
    expectCoded(answer, 'BAD_USER_INPUT')
    expect(answer.errors[0]!.extensions.path).toBe('input.amount')
  })

  it('1e400, which JSON reads as Infinity', async () => {
    const body = JSON.stringify({ query: SCORE, variables: { input: { ...payment, amount: 4242 } } }).replace(
      '4242',
      '1e400',
    )
    const answer = await post(network.gatewayUrl, body, { authorization: `Bearer ${network.keys.app}` })
    expectCoded(answer, 'BAD_USER_INPUT')
    expect(answer.errors[0]!.extensions.path).toBe('input.amount')
  })

  it('1e400 as a literal', async () => {
    const fields = Object.entries({ ...payment, amount: '1e400' })
      .map(
        ([name, value]) => `${name}: ${name === 'merchantKind' || name === 'amount' ? value : JSON.stringify(value)}`,
      )
      .join(', ')
    const answer = await app(`{ fraudDetector(input: {${fields}}) { probability } }`)
    expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(answer.errors[0]?.extensions.code)
    expectClean(answer)
  })

  it('NaN and Infinity inside a column of little-endian bytes fail their rows alone', async () => {
    const amounts = Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY, 2)
    const columns = Object.fromEntries(
      Object.entries(payment).map(([name, value]) => [name, [value, value, value, value]]),
    )
    const answer = await app(
      'query Columns($input: PaymentColumns!) { fraudDetectorColumns(input: $input) { probability failed { row code path } } }',
      { input: { ...columns, amount: Buffer.from(amounts.buffer).toString('base64') } },
    )
    expect(answer.errors).toEqual([])
    const { probability, failed } = answer.data.fraudDetectorColumns
    expect(failed).toEqual([
      { row: 1, code: 'BAD_USER_INPUT', path: 'input.amount.1' },
      { row: 2, code: 'BAD_USER_INPUT', path: 'input.amount.2' },
    ])
    expect(probability).toEqual([expect.any(Number), null, null, expect.any(Number)])
  })

  it('a column of another length', async () => {
    const columns = Object.fromEntries(Object.entries(payment).map(([name, value]) => [name, [value, value]]))
    const answer = await app(
      'query Columns($input: PaymentColumns!) { fraudDetectorColumns(input: $input) { probability } }',
      { input: { ...columns, deviceKnown: [true] } },
    )
    expectCoded(answer, 'BAD_USER_INPUT')
    expect(answer.errors[0]!.extensions.path).toBe('input.deviceKnown')
  })
})

describe('an image that is none', () => {
  it.each([
    ['a vector of the wrong length', Array.from({ length: 63 }, () => 0)],
    ['a base64 that is no image', Buffer.from('hello world, I am no image').toString('base64')],
    ['no base64', '!!! not base64 !!!'],
    ['an animated GIF', animatedGif().toString('base64')],
    ['a 20,000-pixel-wide PNG', widePng(20_000).toString('base64')],
  ])('%s', async (_name, image) => {
    const answer = await app(READ, { input: { image } })
    expectCoded(answer, 'BAD_USER_INPUT')
    expect(answer.errors[0]!.extensions.path).toBe('input.image')
  })
})

describe('what does not exist', () => {
  it('a model', async () => expectCoded(await app('{ model(name: "fraud-detektor") { name } }'), 'MODEL_NOT_FOUND'))
  it('a model version', async () =>
    expectCoded(await app('{ modelVersion(id: "fraud-detector@99") { version } }'), 'MODEL_NOT_FOUND'))
  it('a version to predict with', async () => {
    const answer = await app('query At($input: Payment!) { fraudDetector(input: $input, at: "99") { probability } }', {
      input: payment,
    })
    expectCoded(answer, 'MODEL_NOT_FOUND')
  })
  it('a patient', async () => {
    const answer = await app('{ patient(id: "570") { id } }')
    expectCoded(answer, 'NOT_FOUND')
    expect(answer.errors[0]!.path).toEqual(['patient'])
  })
})

describe('too many rows', () => {
  it('100,001 in one list', async () => {
    const inputs = Array.from({ length: 100_001 }, () => ({}))
    expectCoded(
      await app('query Many($inputs: [DigitImage!]!) { digitReaderMany(inputs: $inputs) { __typename } }', { inputs }),
      'BAD_USER_INPUT',
    )
  })

  it('1,001 in one typed list, with the hint to use columns', async () => {
    const inputs = Array.from({ length: 1_001 }, () => payment)
    const answer = await app('query Many($inputs: [Payment!]!) { fraudDetectorMany(inputs: $inputs) { __typename } }', {
      inputs,
    })
    expectCoded(answer, 'BAD_USER_INPUT')
    expect(answer.errors[0]!.message).toMatch(/columns/i)
  })
})

describe('after all of this', () => {
  it('the graph answers as before', async () => {
    expect((await app('{ patient(id: "1") { id } }')).data.patient.id).toBe('1')
  })
})

function expectRefused(answer: GraphAnswer, code: string, status: number): void {
  expectCoded(answer, code)
  expect(answer.status).toBe(status)
}

function expectCoded(answer: GraphAnswer, code: string): void {
  expect(answer.errors[0]?.extensions.code, answer.text.slice(0, 500)).toBe(code)
  expectClean(answer)
}

/** No stack, no file of ours, no address of a process behind the door. */
function expectClean(answer: GraphAnswer): void {
  expect(answer.text).not.toMatch(/stacktrace|node_modules|\.js:\d+|127\.0\.0\.1/)
}

/** A PNG whose header says `width` × 1; its pixels are real, so only the width can be what is refused. */
function widePng(width: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(1, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.alloc(1 + width))
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), framed.length - 4)
  return framed
}

/** CRC-32 of PNG (ISO 3309), bit by bit. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** GIF89a, 1 × 1, two frames. */
function animatedGif(): Buffer {
  const frame = '21f904000a000000' + '2c0000000001000100000202440100'
  return Buffer.from(`474946383961010001008000000000 00ffffff${frame}${frame}3b`.replaceAll(' ', ''), 'hex')
}
