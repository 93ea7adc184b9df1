import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { FakeSubgraph, fixture, type SubgraphContext } from './fake-subgraph.js'

interface RiskInput {
  readonly amount: number
  readonly visits: number
}

/** The subgraph `patients` of the fixtures. */
export function patientsSubgraph(secret: string): FakeSubgraph {
  const patient = (id: string) => ({ __typename: 'Patient', id, name: `patient ${id}` })
  const dataset = { __typename: 'Dataset', id: 'd1', owner: 'registry', licence: 'CC0' }
  return new FakeSubgraph(
    'patients',
    fixture('patients'),
    {
      Query: {
        hello: () => 'world',
        patient: (_root: unknown, { id }: { id: string }) => patient(id),
        patients: () => ['1', '2', '3'].map(patient),
        search: () => [patient('1'), dataset],
        assets: () => [dataset, { __typename: 'Picture', id: 'p1', owner: 'vision' }],
        secret: () => ({ code: 'xyzzy' }),
        broken: () => {
          throw new Error('connect ECONNREFUSED mongodb://root:hunter2@10.0.0.1')
        },
        hole: () => ['full', null],
        explainPolicy: () => {
          throw new Error('The gateway answers this by itself.')
        },
        whoami: (_root: unknown, _args: unknown, { caller, requestId, deadlineMs }: SubgraphContext) => ({
          subject: caller.subject,
          client: caller.client,
          scopes: caller.scopes,
          requestId,
          deadlineMs,
        }),
      },
      Mutation: {
        rename: (_root: unknown, { id, name }: { id: string; name: string }) => ({ ...patient(id), name }),
        publish: () => 'published',
        unruled: () => 'never',
        misruled: () => 'never',
      },
    } as never,
    secret,
  )
}

/** The subgraph `risk` of the fixtures; it serves the field of `supergraph-next` as well. */
export function riskSubgraph(secret: string): FakeSubgraph {
  const riskOf = ({ amount, visits }: RiskInput) => amount / (visits + 1)
  return new FakeSubgraph(
    'risk',
    `${fixture('risk')}\nextend type Query { riskClass: String }`,
    {
      Query: {
        risk: (_root: unknown, { input }: { input: RiskInput }) => riskOf(input),
        riskMany: (_root: unknown, { inputs }: { inputs: readonly RiskInput[] }) => inputs.map(riskOf),
        riskColumns: (_root: unknown, { amount }: { amount: readonly number[] }) => amount.length,
        fails: () => {
          throw new ModelgraphError('OVERLOADED', 'The queue is full.', { retryAfterMs: 1500 })
        },
        riskClass: () => 'low',
      },
      Patient: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        risk: ({ id }: { id: string }) => {
          if (id === '404') throw new GraphQLError('no such patient', { extensions: { code: 'NOT_FOUND' } })
          return Number(id) / 10
        },
      },
    } as never,
    secret,
  )
}
