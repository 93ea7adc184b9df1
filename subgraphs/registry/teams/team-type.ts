import { Field, ObjectType } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import { Immutable } from '../graph/immutable.js'
import type { TeamDocument } from './team-document.js'

@CatalogueRead()
@ObjectType({ description: 'A team that owns models and subgraphs.' })
export class Team {
  constructor(private readonly document: TeamDocument) {}

  @Immutable()
  @Field(() => String)
  get name(): string {
    return this.document._id
  }

  @Field(() => String, { description: 'Its name for people.' })
  get title(): string {
    return this.document.title
  }

  @Field(() => String)
  get description(): string {
    return this.document.description
  }

  @Field(() => String, { description: 'Where its people are reached.' })
  get contact(): string {
    return this.document.contact
  }
}
