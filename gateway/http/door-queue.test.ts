import { describe, expect, it } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../shared/http/message.js'
import type { Criticality } from '../../shared/identity/claims.js'
import { createLog } from '../../shared/telemetry/log.js'
import type { Caller } from '../identity/caller.js'
import { Shedder } from '../limits/shedding/shedder.js'
import type { EndedRequest } from '../usage/used.js'
import { Door } from './door.js'

describe('the door when many come together', () => {
  it('begins the first sixteen at once, the others at the end of the turn, thirty-two in each', () => {
    const house = new House()
    house.come(100)
    expect(house.begun).toEqual(numbers(0, 16))
    house.endTurn()
    expect(house.begun).toEqual(numbers(0, 48))
    house.endTurn()
    expect(house.begun).toEqual(numbers(0, 80))
    house.endTurn()
    house.endTurn()
    expect(house.begun).toEqual(numbers(0, 100))
    expect(house.turnsAsked).toBe(0)
  })

  it('lets nobody overtake those who wait but mission-critical clients', () => {
    const house = new House()
    house.come(50)
    house.endTurn()
    house.come(2)
    house.come(1, 'MISSION_CRITICAL')
    expect(house.begun).toHaveLength(48)
    house.endTurn()
    expect(house.begun.slice(48)).toEqual([52, 48, 49, 50, 51])
  })

  it('begins all of them when few come', () => {
    const house = new House()
    for (let turn = 0; turn < 10; turn++) {
      house.come(16)
      house.endTurn()
    }
    expect(house.begun).toHaveLength(160)
    expect(house.turnsAsked).toBe(0)
  })

  it('refuses those who have waited for too long once the queue stands', () => {
    const house = House.rushed(3)
    expect(house.begun).toHaveLength(16 + 3 * 32)
    expect([0, 16, 48, 80].map((begun) => house.waitedMs[begun])).toEqual([0, 12, 24, 36])
    expect(house.refused).toEqual([])
    house.come(1, 'MISSION_CRITICAL')
    house.endTurn(12)
    expect(house.begun.at(-1)).toBe(200)
    expect(house.refused).toEqual(numbers(112, 200))
    expect(house.ended).toHaveLength(88)
    expect(house.ended[0]).toMatchObject({ client: 'client', codes: ['OVERLOADED'], latencyMs: 48 })
  })

  it('refuses at once who would have to wait for too long', () => {
    const house = House.rushed(4)
    const before = house.refused.length
    house.come(20)
    house.pass(2)
    house.come(2)
    house.come(1, 'MISSION_CRITICAL')
    expect(house.refused.slice(before)).toEqual([220, 221])
    house.endTurn()
    expect(house.begun.at(-1)).toBe(222)
    expect(house.refused.slice(before)).toEqual([220, 221, ...numbers(204, 220)])
  })

  it('tells those who have waited for too long before those who overtake them begin', () => {
    const house = House.rushed(3)
    house.come(100, 'MISSION_CRITICAL')
    expect(house.refused).toEqual([])
    house.endTurn(12)
    expect(house.refused).toEqual(numbers(112, 200))
    expect(house.begun.slice(112)).toEqual(numbers(200, 216))
  })

  it('begins four at once and eight at the end of a turn while a queue stands, or sixteen mission-critical ones', () => {
    const house = House.rushed(4)
    const before = house.begun.length
    house.come(30)
    house.come(20, 'MISSION_CRITICAL')
    expect(house.begun.slice(before)).toEqual(numbers(200, 204))
    house.endTurn()
    expect(house.begun.slice(before)).toEqual([...numbers(200, 204), ...numbers(230, 246)])
    house.endTurn()
    expect(house.begun.slice(before + 20)).toEqual([...numbers(246, 250), ...numbers(204, 208)])
    house.endTurn()
    expect(house.begun.slice(before + 28)).toEqual(numbers(208, 216))
  })

  it('does not begin what nobody waits for any more, and counts it', () => {
    const house = new House()
    house.come(20)
    house.leave(17)
    house.endTurn()
    expect(house.begun).toEqual([...numbers(0, 17), 18, 19])
    expect(house.ended).toMatchObject([{ client: 'client', codes: ['ABORTED'] }])
  })

  it('begins at once what is out of the ordinary', () => {
    const house = new House()
    house.come(20)
    house.come(1, 'INTERNAL', { origin: 'https://shop.example' })
    house.come(1, 'INTERNAL', { authorization: undefined })
    expect(house.begun.slice(16)).toEqual([20, 21])
  })
})

/** A door with requests that are numbered as they come, and a loop that is turned by hand. */
class House {
  readonly begun: number[] = []
  readonly waitedMs: number[] = []
  readonly refused: number[] = []
  readonly ended: EndedRequest[] = []
  private now = 0
  private readonly wait = { ms: 0, arrivals: 0, together: 0, arrive: () => this.arrive() }
  private readonly responses: { destroyed: boolean }[] = []
  private turns: (() => void)[] = []
  private readonly numbersOf = new Map<HttpRequest, number>()
  private readonly shedder = new Shedder({
    maxRequests: 1_000,
    maxDelayMs: 10,
    wait: this.wait,
    monotonic: () => this.now,
    random: () => 0.5,
  })
  private readonly door = new Door({
    shedder: this.shedder,
    authenticate: (key) => callerOf(key as Criticality),
    log: createLog('test', 'silent'),
    loop: { monotonic: () => this.now, endOfTurn: (run) => void this.turns.push(run) },
    onEnded: (ended) => void this.ended.push(ended),
  })

  /** One that two hundred have come to at once, so many slow turns ago. */
  static rushed(turns: number): House {
    const house = new House()
    house.come(200)
    for (let turn = 0; turn < turns; turn++) house.endTurn(12)
    return house
  }

  get turnsAsked(): number {
    return this.turns.length
  }

  come(count: number, kind: Criticality = 'INTERNAL', headers: HttpRequest['headers'] = {}): void {
    for (let more = 0; more < count; more++) {
      const number = this.responses.length
      const request = requestOf({ authorization: `Bearer ${kind}`, ...headers })
      const response = { destroyed: false, writeHead: () => {}, end: () => this.refused.push(number) }
      this.responses.push(response)
      this.numbersOf.set(request, number)
      this.door.meet(request, response as unknown as HttpResponse, (begun, _response, _caller, waitedMs) => {
        this.begun.push(this.numbersOf.get(begun)!)
        this.waitedMs.push(waitedMs)
      })
    }
  }

  leave(number: number): void {
    this.responses[number]!.destroyed = true
  }

  pass(milliseconds: number): void {
    this.now += milliseconds
  }

  endTurn(tookMs = 0): void {
    this.pass(tookMs)
    this.wait.arrivals = 0
    for (const run of this.turns.splice(0)) run()
  }

  private arrive(): number {
    this.wait.arrivals += 1
    return 0
  }
}

function requestOf(headers: HttpRequest['headers']): HttpRequest {
  const all = { 'content-length': '2', ...headers }
  return { method: 'POST', url: '/graphql', headers: all, rawHeaders: [], complete: true, socket: {} }
}

function callerOf(criticality: Criticality): Caller {
  return { identity: { criticality }, terms: { clientId: 'client' } } as unknown as Caller
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
