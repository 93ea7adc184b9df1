// `npm start` on a fresh clone: nothing is installed yet, so everything here is plain JavaScript on Node's own modules.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './bootstrap/build.mjs'
import { orFail } from './bootstrap/failure.mjs'
import { install } from './bootstrap/install.mjs'
import { requireNode } from './bootstrap/node-version.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (line) => process.stdout.write(`${line}\n`)

await orFail(async () => {
  requireNode(root, process.versions.node)
  await install({ root, env: process.env, say })
  await build({ root, env: process.env, say })
  await import('../dist/deploy/launcher/main.js')
})
