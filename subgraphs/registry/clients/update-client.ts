import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'
import type { Criticality } from '../../../shared/identity/claims.js'
import type { Registry } from '../registry.js'
import { requireAdmin } from '../teams/ownership.js'
import { type ClientRequest, changeClient } from './change-client.js'
import type { ClientDocument } from './client-document.js'
import { type ClientDescription, requireDescription } from './description.js'

export interface ClientUpdate extends ClientRequest {
  /** What is undefined stays as it is; a team of null is none. Criticality is for admins. */
  readonly input: ClientDescription & { readonly criticality?: Criticality | null | undefined }
}

/** Changes how a client is described; the same again changes nothing. */
export async function updateClient(registry: Registry, update: ClientUpdate): Promise<ClientDocument> {
  const { identity, input } = update
  return changeClient(registry, update, async (client) => {
    const set = Object.fromEntries(Object.entries(input).filter(([name, value]) => differs(client, name, value)))
    if (Object.keys(set).length === 0) return undefined
    if ('criticality' in set) requireAdmin(identity)
    await requireDescription(registry.database, identity, set)
    return { set, action: 'update', details: set }
  })
}

/** Lets a subject (`client:<id>`), or a client by its name, act for a client. */
export async function addDeveloper(
  registry: Registry,
  request: ClientRequest & { readonly developer: string },
): Promise<ClientDocument> {
  const developer = await subjectOf(registry, request.developer)
  return changeClient(registry, request, ({ _id, name, developers }) => {
    if (developer === `client:${_id}`) throw ownDeveloper(name)
    if (developers.includes(developer)) return undefined
    if (developers.length >= MOST_DEVELOPERS) throw tooMany(name)
    return { set: { developers: [...developers, developer] }, action: 'addDeveloper', details: { developer } }
  })
}

/** Ends that. Who is no developer of it stays none. */
export async function removeDeveloper(
  registry: Registry,
  request: ClientRequest & { readonly developer: string },
): Promise<ClientDocument> {
  const developer = await subjectOf(registry, request.developer)
  return changeClient(registry, request, ({ developers }) => {
    if (!developers.includes(developer)) return undefined
    const rest = developers.filter((other) => other !== developer)
    return { set: { developers: rest }, action: 'removeDeveloper', details: { developer } }
  })
}

const MOST_DEVELOPERS = 100
const SUBJECT = /^[a-z]+:[^\s]{1,250}$/

async function subjectOf({ database, environment }: Registry, developer: string): Promise<string> {
  if (SUBJECT.test(developer)) return developer
  const client = await database.clients.findOne({ environment, name: developer }, { _id: 1 }).lean<{ _id: string }>()
  if (client) return `client:${client._id}`
  const message = `There is no client ${JSON.stringify(developer.slice(0, 80))}; a developer is one, or a subject as \`me\` tells it.`
  throw new ModelgraphError('NOT_FOUND', message, { path: 'developer' })
}

function ownDeveloper(name: string): ModelgraphError {
  return new ModelgraphError(
    'BAD_USER_INPUT',
    `${name} cannot act for itself: who found one of its keys could make others.`,
    {
      path: 'developer',
      expected: 'another client than itself',
      received: name,
    },
  )
}

function tooMany(name: string): ModelgraphError {
  return new ModelgraphError('CONFLICT', `${name} has ${MOST_DEVELOPERS} developers, which is as many as it may have.`)
}

function differs(client: ClientDocument, name: string, value: unknown): boolean {
  if (value === undefined || (value === null && name !== 'team')) return false
  return client[name as keyof ClientDocument] !== value
}
