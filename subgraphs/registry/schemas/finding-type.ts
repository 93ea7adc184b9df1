import { Field, ObjectType } from 'type-graphql'

@ObjectType({ description: 'Why a publication was refused.' })
export class Finding {
  @Field(() => String, { description: "A code of the error table, or the composer's own: `FIELD_TYPE_MISMATCH`." })
  code!: string

  @Field(() => String)
  message!: string
}
