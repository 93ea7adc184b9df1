import type { BenchArguments, GroupName } from '../arguments.js'
import type { Row, Subject } from '../series.js'
import { modelOf, type Stage } from '../stage.js'
import { columnSubjects } from '../subjects/columns.js'
import { inProcessSubjects } from '../subjects/in-process.js'
import { httpSubjects, logSubjects } from '../subjects/one-row.js'
import { openSubjects } from '../subjects/open-loop.js'
import { gatewayOverloaded, modelOverloaded } from '../subjects/overloaded.js'
import { rivalSubjects } from '../subjects/rivals.js'
import { overloadRows } from './overload.js'
import { provenanceRows } from './provenance.js'
import { swapRows } from './swap.js'

/** Measures subjects, alternating. */
export type Take = (subjects: readonly Subject[]) => Promise<readonly Row[]>

interface Group {
  readonly title: string
  readonly rows: (stage: Stage, take: Take, options: BenchArguments) => Promise<readonly Row[]>
}

export const GROUPS: Readonly<Record<GroupName, Group>> = {
  batcher: { title: 'The batcher in this process', rows: batcherRows },
  http: {
    title: 'One row over HTTP',
    rows: async (stage, take) =>
      take(httpSubjects({ bare: await stage.bare(2), off: await stage.network('off'), on: await stage.network('on') })),
  },
  columns: {
    title: 'A thousand rows over HTTP',
    rows: async (stage, take) => take(columnSubjects(await stage.network('off'), await stage.bare(1))),
  },
  open: {
    title: 'One row, 300 a second come what may',
    rows: async (stage, take) => take(openSubjects(await stage.network('off'), await stage.bare(2))),
  },
  rivals: {
    title: 'One list query through our gateway and those of others',
    rows: async (stage, take) => take(await rivalSubjects(stage, stage.say)),
  },
  overload: {
    title: 'Twice as much as it can answer',
    rows: async (stage, _take, { overloadSeconds }) => {
      const network = await stage.network('off')
      const milliseconds = 1_000 * overloadSeconds
      return [
        ...(await overloadRows(network, await modelOverloaded(network), milliseconds)),
        ...(await overloadRows(network, gatewayOverloaded(network), milliseconds)),
      ]
    },
  },
  swap: {
    title: 'Supergraphs swapped under load',
    rows: (stage) => swapRows(stage),
  },
  provenance: {
    title: 'Where five hundred predictions come from',
    rows: (stage, _take, { milliseconds }) => provenanceRows(stage, milliseconds),
  },
  log: {
    title: 'The prediction log, off and on',
    // Two networks side by side, so that samples of both alternate.
    rows: async (stage, take) => take(logSubjects({ off: await stage.network('off'), on: await stage.network('on') })),
  },
}

async function batcherRows(_stage: Stage, take: Take): Promise<readonly Row[]> {
  const { subjects, close } = await inProcessSubjects(modelOf(2))
  try {
    return await take(subjects)
  } finally {
    await close()
  }
}
