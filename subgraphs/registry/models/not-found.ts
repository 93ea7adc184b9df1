import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Database } from '../database/database.js'
import { closest } from './closest.js'

/** `MODEL_NOT_FOUND`, with the model that may have been meant. */
export async function modelNotFound({ models }: Database, name: string): Promise<ModelgraphError> {
  const known = await models.find({}, { _id: 1 }).sort({ _id: 1 }).limit(1_000).lean<{ _id: string }[]>()
  const meant = closest(
    name,
    known.map(({ _id }) => _id),
  )
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  return new ModelgraphError('MODEL_NOT_FOUND', `There is no model ${shown(name)}.${hint}`, { model: name.slice(0, 80) })
}

/** `MODEL_NOT_FOUND`, with the versions that there are. */
export function versionNotFound(id: string, latestVersion: number | undefined): ModelgraphError {
  const hint = latestVersion === undefined ? 'Ids look like fraud-detector@3.' : `The latest is ${latestVersion}.`
  return new ModelgraphError('MODEL_NOT_FOUND', `There is no model version ${shown(id)}. ${hint}`, {
    version: id.slice(0, 80),
  })
}

function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
}
