// `npm test` on a fresh clone: installs what is missing, then every check in turn; the first that fails ends it.
// Further arguments go to vitest: `npm test -- shared/contract`.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure, orFail } from './bootstrap/failure.mjs'
import { install } from './bootstrap/install.mjs'
import { requireNode } from './bootstrap/node-version.mjs'
import { runScript } from './bootstrap/run.mjs'

const STEPS = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']],
  ['types', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']],
  ['tests', 'node_modules/vitest/vitest.mjs', ['run', ...process.argv.slice(2)]],
]

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (line) => process.stdout.write(`${line}\n`)

await orFail(async () => {
  requireNode(root, process.versions.node)
  await install({ root, env: process.env, say })
  for (const [name, script, args] of STEPS) {
    say(`\n${name}`)
    const { ok } = await runScript(script, args, { cwd: root, env: process.env })
    if (!ok) throw new Failure(`\n${name}: failed.`)
  }
})
