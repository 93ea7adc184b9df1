import { GraphQLError } from 'graphql'
import { ModelgraphError } from '../../../shared/errors/modelgraph-error.js'

type Made = Record<string, unknown>

/** What a representation brings along. */
export interface Given {
  readonly age?: number
  readonly weight?: number | null
  readonly score?: number
}

const GROUPS = ['A', 'B', 'AB', 'ZERO']

/** A patient with every field of every subgraph: the same number has the same values, holes and faults everywhere. */
export function patient(id: string, given: Given = {}): Made {
  const number = Number(id)
  const age = given.age ?? 20 + number
  const weight = given.weight === undefined ? weightOf(number) : given.weight
  const score = given.score ?? age / 100
  return {
    __typename: 'Patient',
    id,
    title: number % 5 === 4 ? null : `patient ${id}`,
    age,
    weight,
    group: GROUPS[number % 4],
    notes: number % 2 ? { allergies: ['dust', null], since: 1990 + number } : 'none',
    ward: () => (number % 4 === 3 ? null : ward(String(number % 3))),
    friends: ({ first }: { first: number }) => Array.from({ length: first }, (_, i) => patient(String(number + i + 1))),
    shaky: () => (number % 3 === 2 ? refuse('BAD_USER_INPUT', `shaky ${id}`) : `steady ${id}`),
    tags: () => ['x', number % 3 === 1 ? new GraphQLError(`no tag of ${id}`) : 'y', null],
    matrix: [[number, null], null, [number + 1]],
    measure: ({ unit, scale }: { unit: string; scale: number | null }) => `${number * (scale ?? 1)} ${unit}`,
    risk: ({ model }: { model: string | null }) => (number % 6 === 5 ? null : risk(`${model}`, age + (weight ?? 0))),
    score: age / 100,
    frail: () => (number % 4 === 1 ? refuse('OVERLOADED', `frail ${id}`) : number),
    fate: () => (number % 4 === 2 ? refuse('INVALID_PREDICTION', `fate ${id}`) : number % 2 === 0),
    cohort: () => (number % 7 === 6 ? refuse('NOT_FOUND', `cohort ${id}`) : `cohort ${Math.round(score * 10)}`),
  }
}

export function ward(id: string): Made {
  const number = Number(id)
  return {
    __typename: 'Ward',
    id,
    title: `ward ${id}`,
    beds: 10 * (number + 1),
    nurse: () => (number === 1 ? refuse('NOT_FOUND', 'no nurse') : `nurse ${id}`),
    patients: () => [patient(String(number)), patient(String(number + 3))],
    load: number / 10,
  }
}

export function version(id: string): Made {
  const number = Number(id.split('@')[1])
  return {
    __typename: 'Version',
    id,
    name: id.split('@')[0],
    number,
    metrics: [{ name: 'auc', value: 0.9 + number / 100, interval: number % 2 ? [0.8, 0.95] : null }],
    model: () => model(id.split('@')[0]!),
    aliases: number === 1 ? ['champion'] : [],
    card: () => (number === 3 ? refuse('NOT_FOUND', `no card of ${id}`) : { id }),
  }
}

export function model(name: string): Made {
  return {
    __typename: 'Model',
    name,
    team: { name: `team of ${name}`, title: null },
    versions: () => [version(`${name}@1`), version(`${name}@2`)],
  }
}

/** The fields of `Query` and `Mutation` of every subgraph. */
export const roots: Made = {
  patient: ({ id }: { id: string }) => (id === '404' ? null : patient(id)),
  patients: ({ first }: { first: number }) => Array.from({ length: first }, (_, i) => patient(String(i))),
  holes: () => [patient('1'), null, patient('2'), patient('1')],
  found: () => [patient('0'), ward('1'), { __typename: 'Device', serial: 7, patient: () => patient('3') }],
  records: () => [ward('2'), patient('1'), patient('2')],
  wards: () => ['0', '1', '2'].map(ward),
  rooms: () => [[patient('1'), null], null, [patient('2'), patient('3')]],
  fault: () => refuse('INFERENCE_FAILED', 'a fault'),
  riskiest: () => ['5', '1', '3'].map((id) => patient(id)),
  predict: ({ row }: { row: Row }) => risk('logreg', row.amount),
  predictMany: ({ rows }: { rows: readonly Row[] }) => rows.map(({ amount }, index) => answerRow(amount, index)),
  version: ({ id }: { id: string }) => version(id),
  models: () => ['logreg', 'trees'].map(model),
  rename: ({ id, title }: { id: string; title: string }) => ({ ...patient(id), title }),
  assess: ({ id }: { id: string }) => risk('trees', Number(id)),
  refuse: () => refuse('CONFLICT', 'refused'),
}

interface Row {
  readonly amount: number
}

function risk(name: string, amount: number): Made {
  const number = (Math.round(amount) % 3) + 1
  return {
    __typename: 'Risk',
    probability: (Math.round(amount) % 100) / 100,
    level: amount > 80 ? 'HIGH' : 'LOW',
    servedBy: version(`${name}@${number}`),
    history: () => [version(`${name}@1`), number === 2 ? null : version(`${name}@2`)],
  }
}

function answerRow(amount: number, index: number): Made {
  if (amount >= 0) return risk('logreg', amount)
  return { __typename: 'RowError', index, message: 'negative', level: 'HIGH' }
}

function weightOf(number: number): number | null {
  return number % 3 === 0 ? null : 50.5 + number
}

function refuse(code: ConstructorParameters<typeof ModelgraphError>[0], message: string): never {
  throw new ModelgraphError(code, message)
}
