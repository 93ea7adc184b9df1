import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from './failure.mjs'
import { runProgram, runScript } from './run.mjs'

/** Installs the dependencies when node_modules is missing or does not hold what package-lock.json says. */
export async function install({ root, env, say }) {
  if (isInstalled(root)) return
  say('Installing the dependencies, once: this takes about a minute …')
  const { ok, output } = await npm(['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root, env, quiet: true })
  if (!ok)
    throw new Failure(`${output.trim()}\nThe installation failed; npm's reason is above. Put it right and try again.`)
}

/**
 * Compares the lock file with npm's own record of what it put into node_modules, which it writes last: an
 * interrupted installation leaves none. Optional packages may be missing, since most are for other platforms.
 */
function isInstalled(root) {
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'))
  if (!installed) return false
  return Object.entries(packagesIn(join(root, 'package-lock.json')) ?? {}).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    return found ? found.version === wanted.version && found.integrity === wanted.integrity : wanted.optional === true
  })
}

function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : undefined
}

/** npm tells the scripts it runs where it is; a script started without npm takes the one on the PATH. */
function npm(args, options) {
  const script = options.env.npm_execpath
  return script?.endsWith('npm-cli.js') ? runScript(script, args, options) : runProgram('npm', args, options)
}
