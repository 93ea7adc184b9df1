import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from './failure.mjs'
import { runScript } from './run.mjs'

const NOT_SOURCES = new Set(['node_modules', 'dist', 'models', 'training'])

/** Compiles the sources to dist/ when they are not those of the last good build. */
export async function build({ root, env, say }) {
  const sources = digestOfSources(root)
  const stamp = join(root, 'dist', '.sources')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === stampOf(root, sources)) return
  say('Compiling …')
  const { ok, output } = await runScript('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json'], {
    cwd: root,
    env,
    quiet: true,
  })
  if (!ok)
    throw new Failure(`${output.trim()}\nThe sources do not compile; put right what is named above and try again.`)
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, stampOf(root, sources))
}

/** What the compiler noted of its last run belongs to it: somebody may have compiled other sources since. */
function stampOf(root, sources) {
  const notes = join(root, 'dist', '.tsbuildinfo')
  const compiled = createHash('sha256').update(existsSync(notes) ? readFileSync(notes) : '')
  return `${sources} ${compiled.digest('hex')}`
}

function digestOfSources(root) {
  const hash = createHash('sha256')
  for (const path of ['package-lock.json', 'tsconfig.json', ...sourcesIn(root, '.')]) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

function sourcesIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory())
        return NOT_SOURCES.has(entry.name) || entry.name.startsWith('.') ? [] : sourcesIn(root, path)
      return entry.name.endsWith('.ts') ? [path] : []
    })
}
