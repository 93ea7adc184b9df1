import type { Collection } from 'mongodb'
import type { Subject } from './suite.js'

/** Documents of the cases: any fields, and an `_id` of any type. */
// biome-ignore lint/suspicious/noExplicitAny: the driver's types know only one shape per collection
export type Thing = any

let made = 0

/** A collection nothing has been written to. */
export async function freshCollection({ connection }: Subject, documents: Thing[] = []): Promise<Collection<Thing>> {
  made += 1
  const collection = connection.db!.collection(`things_${made}`) as unknown as Collection<Thing>
  if (documents.length > 0) await collection.insertMany(documents)
  return collection
}
