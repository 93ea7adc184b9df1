import type { Database } from '../database/database.js'
import { requireName, requireText } from '../database/names.js'
import type { TeamDocument } from './team-document.js'

export interface TeamRegistration {
  readonly name: string
  readonly title?: string | null
  readonly description?: string | null
  readonly contact?: string | null
}

/**
 * Registers a team, or changes how it is described. What is left out stays as it is; a new team's title is its name.
 */
export async function registerTeam(database: Database, team: TeamRegistration, at: Date): Promise<TeamDocument> {
  requireName(team.name, 'input.name')
  const given = described(team)
  const defaults = { title: team.name, description: '', contact: '', createdAt: at }
  const missing = Object.fromEntries(Object.entries(defaults).filter(([field]) => !(field in given)))
  return await database.teams
    .findOneAndUpdate(
      { _id: team.name },
      { $set: given, $setOnInsert: missing },
      { upsert: true, returnDocument: 'after' },
    )
    .lean<TeamDocument>()
    .orFail()
}

export function findTeams(database: Database): Promise<TeamDocument[]> {
  return database.teams.find().sort({ _id: 1 }).lean<TeamDocument[]>().exec()
}

export function findTeamsByName(database: Database, names: readonly string[]): Promise<TeamDocument[]> {
  return database.teams
    .find({ _id: { $in: [...names] } })
    .lean<TeamDocument[]>()
    .exec()
}

export async function teamExists(database: Database, name: string): Promise<boolean> {
  return (await database.teams.exists({ _id: name })) !== null
}

function described({ title, description, contact }: TeamRegistration): Record<string, string> {
  const given = Object.entries({ title, description, contact }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  for (const [field, text] of given) requireText(text, `input.${field}`, { max: 2_000 })
  return Object.fromEntries(given)
}
