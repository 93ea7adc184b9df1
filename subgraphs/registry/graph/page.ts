import { Directive, Field, ObjectType } from 'type-graphql'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

@Directive('@shareable')
@ObjectType({ description: 'Where a page of a connection ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after it.' })
  hasNextPage!: boolean

  @Field(() => String, { nullable: true, description: 'Pass it as `after` for the next page; null for an empty page.' })
  endCursor!: string | null
}

export const LARGEST_PAGE = 100

/** Refuses a page that is empty or too large. */
export function requirePageSize(first: number): void {
  if (first >= 1 && first <= LARGEST_PAGE) return
  const expected = `a whole number from 1 to ${LARGEST_PAGE}`
  throw new ModelgraphError('BAD_USER_INPUT', `first is ${first}; expected ${expected}.`, {
    path: 'first',
    expected,
    received: String(first),
  })
}

export function cursorOf(id: string): string {
  return Buffer.from(id).toString('base64url')
}

/** The id a cursor stands for; `BAD_USER_INPUT` for what no page has answered. */
export function idAt(cursor: string | null | undefined): string | undefined {
  if (cursor === null || cursor === undefined) return undefined
  const id = Buffer.from(cursor, 'base64url').toString('utf8')
  if (id.length <= 200 && cursorOf(id) === cursor) return id
  throw new ModelgraphError(
    'BAD_USER_INPUT',
    'after is no cursor; take it from pageInfo.endCursor of the page before.',
    {
      path: 'after',
    },
  )
}
