import { Arg, Ctx, Field, InputType, Mutation, Query, Resolver } from 'type-graphql'
import { AdminOnly, CatalogueRead } from '../graph/access.js'
import type { RegistryContext } from '../graph/context.js'
import { requireAdmin } from './ownership.js'
import { Team } from './team-type.js'
import { findTeams, registerTeam } from './teams.js'

@InputType()
export class RegisterTeamInput {
  @Field(() => String, { description: 'Lower case with hyphens; never changes.' })
  name!: string

  @Field(() => String, { nullable: true, description: 'Its name for people; the name itself when left out.' })
  title?: string | null

  @Field(() => String, { nullable: true })
  description?: string | null

  @Field(() => String, { nullable: true, description: 'Where its people are reached.' })
  contact?: string | null
}

@Resolver()
export class TeamResolver {
  @CatalogueRead()
  @Query(() => [Team], { description: 'All teams, by name.' })
  async teams(@Ctx() { registry }: RegistryContext): Promise<Team[]> {
    return (await findTeams(registry.database)).map((team) => new Team(team))
  }

  @CatalogueRead()
  @Query(() => Team, { nullable: true, description: 'One team; null when there is none of this name.' })
  async team(@Arg('name', () => String) name: string, @Ctx() { loaders }: RegistryContext): Promise<Team | null> {
    const team = await loaders.teams.load(name)
    return team ? new Team(team) : null
  }

  @AdminOnly()
  @Mutation(() => Team, { description: 'Registers a team, or changes how it is described.' })
  async registerTeam(
    @Arg('input', () => RegisterTeamInput) input: RegisterTeamInput,
    @Ctx() { registry, identity }: RegistryContext,
  ): Promise<Team> {
    requireAdmin(identity)
    return new Team(await registerTeam(registry.database, input, new Date(registry.now())))
  }
}
