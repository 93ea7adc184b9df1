// `npm test` on a fresh clone: installs and compiles what is missing, checks and tests; the first failure ends it.
// Further arguments go to vitest: `npm test -- shared/contract`.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './bootstrap/build.mjs'
import { Failure, orFail } from './bootstrap/failure.mjs'
import { install } from './bootstrap/install.mjs'
import { requireNode } from './bootstrap/node-version.mjs'
import { runScript } from './bootstrap/run.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (line) => process.stdout.write(`${line}\n`)

await orFail(async () => {
  requireNode(root, process.versions.node)
  await install({ root, env: process.env, say })
  await Promise.all([
    step('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']),
    build({ root, env: process.env, say }),
  ])
  await step('tests', 'node_modules/vitest/vitest.mjs', ['run', ...process.argv.slice(2)])
})

async function step(name, script, args) {
  say(`\n${name}`)
  const { ok } = await runScript(script, args, { cwd: root, env: process.env })
  if (!ok) throw new Failure(`\n${name}: failed.`)
}
