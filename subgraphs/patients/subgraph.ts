import { Arg, Directive, ID, Int, Query, Resolver } from 'type-graphql'
import { ModelgraphError } from '../../shared/errors/modelgraph-error.js'
import { defineSubgraph, type SubgraphContext } from '../../shared/serving/index.js'
import { Patient } from './patient.js'
import { PatientConnection, pageOf } from './patient-page.js'
import { PatientRecords } from './patient-records.js'
import published from './records.json' with { type: 'json' }

const records = new PatientRecords(published as Patient[])

// The scope stands on the query fields alone: on the type or its fields it would have to be repeated on every field of
// other subgraphs that requires them.
const READ = '@requiresScopes(scopes: [["patients:read"]])'

@Resolver(() => Patient)
class PatientResolver {
  @Directive(READ)
  @Query(() => Patient, { nullable: true, description: 'The patient with this id.' })
  patient(@Arg('id', () => ID) id: string): Patient {
    const patient = records.find(id)
    if (patient) return patient
    throw new ModelgraphError('NOT_FOUND', `There is no patient ${JSON.stringify(id.slice(0, 100))}.`, {
      path: 'id',
      expected: `an id from "1" to "${records.count}"`,
      received: JSON.stringify(id.slice(0, 100)),
    })
  }

  @Directive(READ)
  @Query(() => PatientConnection, { nullable: true, description: 'Patients by page, in the order of their records.' })
  patients(
    @Arg('first', () => Int, { defaultValue: 20, description: 'From 1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: '`endCursor` of the page before.' }) after?: string,
  ): PatientConnection {
    return pageOf(records, first, after ?? null)
  }
}

export const subgraph = defineSubgraph({
  name: 'patients',
  resolvers: [PatientResolver],
  orphanedTypes: [Patient],
  references: {
    Patient: ({ id }: { readonly id: string }, context: SubgraphContext) => records.load(id, context),
  },
})
