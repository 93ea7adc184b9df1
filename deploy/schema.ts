import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROJECT_ROOT } from '../shared/process/project-root.js'
import { generateSchema } from './schema/generate.js'

for (const [path, content] of await generateSchema()) {
  const file = join(PROJECT_ROOT, 'schema', path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  process.stdout.write(`schema/${path}\n`)
}
