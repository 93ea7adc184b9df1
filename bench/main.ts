import { writeFileSync } from 'node:fs'
import { type BenchArguments, benchArguments } from './arguments.js'
import { goalTableOf } from './goals.js'
import { GROUPS } from './groups/groups.js'
import { extrasOf, machineOf, tableOf, writeDocs } from './report.js'
import { measure, type Row, type Subject } from './series.js'
import { Stage } from './stage.js'

const say = (line: string) => process.stderr.write(`${line}\n`)

try {
  await main(benchArguments(process.argv.slice(2)))
} catch (error) {
  fail(error)
}

function fail(error: unknown): void {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

async function main(options: BenchArguments): Promise<void> {
  const stage = new Stage(say)
  try {
    report(await measured(stage, options), options)
  } finally {
    await stage.close()
  }
}

async function measured(stage: Stage, options: BenchArguments): Promise<readonly Row[]> {
  const take = (subjects: readonly Subject[]) => measure(subjects, { ...options, progress: say })
  const rows: Row[] = []
  for (const name of options.only) {
    say(GROUPS[name].title)
    try {
      rows.push(...(await GROUPS[name].rows(stage, take, options)))
    } catch (error) {
      // What else can be measured is: a run takes long.
      fail(error)
    }
  }
  return rows
}

/** Figures of a run that failed in part are not written into the documents. */
function report(rows: readonly Row[], { json, docs }: BenchArguments): void {
  process.stdout.write(`${machineOf(new Date())}\n\n${tableOf(rows)}${extrasOf(rows)}\n\n${goalTableOf(rows)}\n`)
  if (json) writeFileSync(json, `${JSON.stringify({ rows }, undefined, 2)}\n`)
  if (docs && !process.exitCode) writeDocs(rows, new Date())
}
