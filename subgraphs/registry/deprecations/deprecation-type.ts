import { Field, GraphQLISODateTime, Int, ObjectType, registerEnumType } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import type { Deprecation as StoredDeprecation, DeprecationRecord as StoredRecord } from './deprecation-document.js'

export const DeprecationAction = { DEPRECATED: 'DEPRECATED', WITHDRAWN: 'WITHDRAWN' } as const
registerEnumType(DeprecationAction, { name: 'DeprecationAction' })

@CatalogueRead()
@ObjectType({ description: 'That a model or a version answers no more from its sunset on.' })
export class Deprecation implements StoredDeprecation {
  @Field(() => GraphQLISODateTime, { description: 'When it was first announced.' })
  since!: Date

  @Field(() => GraphQLISODateTime, { description: 'From then on it answers `MODEL_RETIRED`.' })
  sunsetAt!: Date

  @Field(() => String)
  reason!: string

  @Field(() => String, {
    nullable: true,
    description: 'A model (`fraud-detector`) or a version (`fraud-detector@3`); null where nothing replaces it.',
  })
  replacement!: string | null

  @Field(() => String, { description: 'Name of the client that announced it, or changed it last.' })
  by!: string
}

@CatalogueRead()
@ObjectType({ description: 'One announcement, change or withdrawal of a deprecation.' })
export class DeprecationRecord implements StoredRecord {
  @Field(() => DeprecationAction)
  action!: StoredRecord['action']

  @Field(() => Int, { nullable: true, description: 'Null where it is the model.' })
  version!: number | null

  @Field(() => GraphQLISODateTime)
  at!: Date

  @Field(() => String, { description: 'Name of the client.' })
  by!: string

  @Field(() => String)
  reason!: string

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Null for a withdrawal.' })
  sunsetAt!: Date | null

  @Field(() => String, { nullable: true })
  replacement!: string | null
}
