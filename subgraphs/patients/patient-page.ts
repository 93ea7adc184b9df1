import { Directive, Field, Int, ObjectType } from 'type-graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { Patient } from './patient.js'
import type { PatientRecords } from './patient-records.js'

const MAX_PAGE = 500

@Directive('@shareable')
@ObjectType({ description: 'Where a page of a list ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'There is more after this page.' })
  hasNextPage!: boolean

  @Field(() => String, {
    nullable: true,
    description: 'What to ask `after` for the next page; null for an empty page.',
  })
  endCursor!: string | null
}

@ObjectType({ description: 'A page of patients, in the order of their records.' })
export class PatientConnection {
  @Field(() => [Patient])
  nodes!: readonly Patient[]

  @Field(() => PageInfo)
  pageInfo!: PageInfo

  @Field(() => Int, { description: 'Patients in all.' })
  totalCount!: number
}

/** Throws `BAD_USER_INPUT` for a page size out of range and for a cursor that is not one of ours. */
export function pageOf(records: PatientRecords, first: number, after: string | null): PatientConnection {
  if (!(first >= 1 && first <= MAX_PAGE)) throw refusal('first', `a whole number from 1 to ${MAX_PAGE}`, first)
  const found = records.following(after === null ? undefined : idOf(after), first + 1)
  if (!found) throw refusal('after', 'the endCursor of a page, or nothing', after)
  const nodes = found.slice(0, first)
  const last = nodes.at(-1)
  return {
    nodes,
    pageInfo: { hasNextPage: found.length > first, endCursor: last ? cursorOf(last) : null },
    totalCount: records.count,
  }
}

function cursorOf({ id }: Patient): string {
  return Buffer.from(`patient:${id}`).toString('base64url')
}

function idOf(cursor: string): string {
  return Buffer.from(cursor, 'base64url')
    .toString()
    .replace(/^patient:/, '')
}

function refusal(path: string, expected: string, value: unknown): ModelgraphError {
  const received = JSON.stringify(value).slice(0, 100)
  return new ModelgraphError('BAD_USER_INPUT', `${path}: expected ${expected}, got ${received}.`, {
    path,
    expected,
    received,
  })
}
