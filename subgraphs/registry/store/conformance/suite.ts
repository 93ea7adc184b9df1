import mongoose, { type Connection } from 'mongoose'
import { afterAll, beforeAll, describe } from 'vitest'
import { accumulatorCases } from './accumulators.js'
import { administrationCases } from './administration.js'
import { concurrencyCases } from './concurrency.js'
import { cursorCases } from './cursors.js'
import { expressionCases } from './expressions.js'
import { filterCases } from './filters.js'
import { indexCases } from './indexes.js'
import { modelCases } from './models.js'
import { orderCases } from './order.js'
import { projectionCases } from './projections.js'
import { stageCases } from './stages.js'
import { updateCases } from './updates.js'
import { writeCases } from './writes.js'

/** An open connection to a database of the suite's own; set before the first case runs. */
export interface Subject {
  connection: Connection
}

/**
 * What the registry may rely on in any store it is given: the same cases for the embedded store and for a MongoDB
 * server. `start` gives the address and a way to stop; `ownCases` adds what only this store promises.
 */
export function conformanceSuite(
  name: string,
  start: () => Promise<{ uri: string; stop(): Promise<void> }>,
  ownCases: (subject: Subject) => void = () => {},
): void {
  describe(name, () => {
    const subject = {} as Subject
    let stop: () => Promise<void>

    beforeAll(async () => {
      const started = await start()
      stop = started.stop
      subject.connection = await mongoose
        .createConnection(started.uri, { dbName: DATABASE, autoIndex: false })
        .asPromise()
      await subject.connection.dropDatabase()
    })

    afterAll(async () => {
      await subject.connection.dropDatabase()
      await subject.connection.close()
      await stop()
    })

    describe('models', () => modelCases(subject))
    describe('writes', () => writeCases(subject))
    describe('updates', () => updateCases(subject))
    describe('filters', () => filterCases(subject))
    describe('projections', () => projectionCases(subject))
    describe('order', () => orderCases(subject))
    describe('cursors', () => cursorCases(subject))
    describe('indexes', () => indexCases(subject))
    describe('aggregation stages', () => stageCases(subject))
    describe('aggregation expressions', () => expressionCases(subject))
    describe('accumulators', () => accumulatorCases(subject))
    describe('administration', () => administrationCases(subject))
    describe('concurrency', () => concurrencyCases(subject))
    ownCases(subject)
  })
}

const DATABASE = 'modelgraph_conformance'
