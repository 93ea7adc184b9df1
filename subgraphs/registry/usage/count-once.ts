import type { Model } from 'mongoose'

/** What a report adds to one document. */
export interface Addition {
  readonly id: string
  /** Numbers by path. */
  readonly add: Readonly<Record<string, number>>
  /** What the document holds beside, once it is made. */
  readonly fixed: object
}

/** Names a report: those of an instance are numbered, and sent in order. */
export interface ReportName {
  readonly instance: string
  readonly number: number
}

const TAKEN = 11_000

/**
 * Adds to documents, each exactly once: a document remembers the last report of each instance that it holds, and is changed
 * in one step with it. A report may therefore be cut off anywhere and counted again.
 */
export async function addOnce<Document extends { readonly _id: string }>(
  collection: Model<Document>,
  additions: readonly Addition[],
  report: ReportName,
): Promise<void> {
  if (additions.length === 0) return
  const taken = await write(collection, additions, report, true)
  // Taken ids are of documents that hold the report already, or that somebody else has made in this moment.
  if (taken.length > 0) await write(collection, taken, report, false)
}

/** Answers the additions whose document could not be made because it is there. */
async function write<Document extends { readonly _id: string }>(
  collection: Model<Document>,
  additions: readonly Addition[],
  { instance, number }: ReportName,
  upsert: boolean,
): Promise<readonly Addition[]> {
  const mark = `reports.${instance}`
  const isNews = { $or: [{ [mark]: { $exists: false } }, { [mark]: { $lt: number } }] }
  const writes = additions.map(({ id, add, fixed }) => {
    const update = { $inc: add, $set: { [mark]: number }, ...(upsert && { $setOnInsert: fixed }) }
    return { updateOne: { filter: { _id: id, ...isNews }, update, upsert } }
  })
  try {
    await collection.collection.bulkWrite(writes as never, { ordered: false })
    return []
  } catch (error) {
    const failed = failedWrites(error)
    if (!failed?.every(({ code }) => code === TAKEN)) throw error
    return failed.map(({ index }) => additions[index]!)
  }
}

interface FailedWrite {
  readonly index: number
  readonly code: number
}

function failedWrites(error: unknown): readonly FailedWrite[] | undefined {
  const { writeErrors } = error as { writeErrors?: FailedWrite | readonly FailedWrite[] }
  if (!writeErrors) return undefined
  return Array.isArray(writeErrors) ? (writeErrors as readonly FailedWrite[]) : [writeErrors as FailedWrite]
}
