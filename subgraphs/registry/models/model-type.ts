import { GraphQLJSON } from 'graphql-scalars'
import { Ctx, Directive, Field, GraphQLISODateTime, Int, ObjectType } from 'type-graphql'
import { CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { Immutable } from '../graph/immutable.js'
import { Team } from '../teams/team-type.js'
import { aliasesIn } from './environments.js'
import type { AliasChange as AliasChangeRecord, ModelDocument } from './model-document.js'

@CatalogueRead()
@ObjectType({ description: 'A movable name for a version.' })
export class Alias {
  @Field(() => String, { description: '`champion` answers by default.' })
  name!: string

  @Field(() => Int)
  version!: number
}

@CatalogueRead()
@ObjectType({ description: 'One move of an alias: what was live, when, who changed it, why.' })
export class AliasChange {
  @Field(() => String)
  alias!: string

  @Field(() => Int, { nullable: true, description: 'Null when the alias was made.' })
  from!: number | null

  @Field(() => Int)
  to!: number

  @Field(() => GraphQLISODateTime)
  at!: Date

  @Field(() => String, { description: 'Name of the client that moved it.' })
  by!: string

  @Field(() => String)
  reason!: string
}

@CatalogueRead()
@Directive('@key(fields: "name")')
@ObjectType({ description: 'A named capability owned by a team.' })
export class Model {
  constructor(readonly document: ModelDocument) {}

  @Immutable()
  @Field(() => String)
  get name(): string {
    return this.document._id
  }

  @Immutable()
  @Field(() => Team, { nullable: true, description: 'Who owns it.' })
  async team(@Ctx() { loaders }: RegistryContext): Promise<Team | null> {
    const team = await loaders.teams.load(this.document.team)
    return team ? new Team(team) : null
  }

  @Field(() => String)
  get description(): string {
    return this.document.description
  }

  @Field(() => GraphQLJSON, {
    description: 'What clients see of it: inputs and outputs with ranges, units and examples. Every version honours it.',
  })
  get contract(): unknown {
    return JSON.parse(this.document.contract)
  }

  @Field(() => Int, { description: 'Counts the contracts from 1.' })
  get contractNumber(): number {
    return this.document.contractNumber
  }

  @Field(() => [Alias])
  aliases(@Ctx() { registry }: RegistryContext): Alias[] {
    return Object.entries(aliasesIn(this.document, registry.environment)).map(([name, version]) => ({ name, version }))
  }

  @Field(() => [AliasChange], { description: 'The last hundred moves of its aliases, the latest first.' })
  aliasHistory(@Ctx() { registry }: RegistryContext): AliasChangeRecord[] {
    const here = ({ environment }: AliasChangeRecord) => !environment || environment === registry.environment
    return this.document.aliasHistory.filter(here).slice(-MOST_CHANGES).reverse()
  }

  @Field(() => Int, { description: 'Number of the newest version; 0 before the first.' })
  get latestVersion(): number {
    return this.document.latestVersion
  }

  @Field(() => GraphQLISODateTime)
  get createdAt(): Date {
    return this.document.createdAt
  }
}

const MOST_CHANGES = 100
