import { spawn } from 'node:child_process'

/**
 * Runs a Node script to its end. With `quiet` its output is kept and given back, otherwise it goes to the terminal.
 * `env` is what it sees of the environment.
 */
export function runScript(script, args, { cwd, env, quiet = false }) {
  return finished(spawn(process.execPath, [script, ...args], { cwd, env, stdio: stdio(quiet) }))
}

/** The same for a program on the PATH. */
export function runProgram(program, args, { cwd, env, quiet = false }) {
  return finished(spawn(program, args, { cwd, env, stdio: stdio(quiet), shell: process.platform === 'win32' }))
}

function stdio(quiet) {
  return quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit'
}

function finished(child) {
  return new Promise((resolve, reject) => {
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
}
