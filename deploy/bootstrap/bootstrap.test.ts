import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const HOUSE = dirname(dirname(import.meta.dirname))

/** Stands for npm: records how it was called and leaves the record npm would. */
const NPM = `
  const fs = require('node:fs')
  fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n')
  if (fs.existsSync('npm-fails')) { console.error('npm error: no network'); process.exit(1) }
  fs.mkdirSync('node_modules', { recursive: true })
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json')
`

describe('npm start on a fresh clone', () => {
  it('refuses an old Node in one sentence', () => {
    const clone = freshClone()
    const preload = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.18.3"})`
    const { status, stdout, stderr } = clone.start(['--import', preload])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      'Modelgraph needs Node 20.19 or later and this is 20.18.3; install a newer one from https://nodejs.org and try again.\n',
    )
  })

  it('installs, compiles and starts', () => {
    const clone = freshClone()
    const { status, stdout } = clone.start()
    expect(stdout).toContain('Installing the dependencies')
    expect(stdout).toContain('Compiling')
    expect(stdout).toContain('launched 1')
    expect([status, clone.npmCalls()]).toEqual([0, ['ci --include=dev --no-audit --no-fund']])
  })

  it('does neither a second time', () => {
    const clone = freshClone()
    clone.start()
    expect(clone.start().stdout).toBe('launched 1\n')
    expect(clone.npmCalls()).toHaveLength(1)
  })

  it('compiles again when a source has changed', () => {
    const clone = freshClone()
    clone.start()
    clone.write('deploy/launcher/main.ts', launcher('launched 2'))
    expect(clone.start().stdout).toBe('Compiling …\nlaunched 2\n')
  })

  it('compiles everything again when dist has gone', () => {
    const clone = freshClone()
    clone.start()
    rmSync(join(clone.folder, 'dist'), { recursive: true })
    expect(clone.start().stdout).toBe('Compiling …\nlaunched 1\n')
  })

  it('compiles again when the compiler has run without it', () => {
    const clone = freshClone()
    clone.start()
    clone.write('dist/.tsbuildinfo', '{}')
    expect(clone.start().stdout).toBe('Compiling …\nlaunched 1\n')
  })

  it('installs again when the lock file has changed', () => {
    const clone = freshClone()
    clone.start()
    clone.write('package-lock.json', lockFile({ 'node_modules/left': { version: '2.0.0' } }))
    clone.start()
    expect(clone.npmCalls()).toHaveLength(2)
  })

  it('does not miss optional packages of other platforms', () => {
    const clone = freshClone()
    clone.start()
    clone.write('package-lock.json', lockFile({ 'node_modules/fast-on-mars': { version: '1.0.0', optional: true } }))
    clone.start()
    expect(clone.npmCalls()).toHaveLength(1)
  })

  it("ends with npm's own reason when the installation fails", () => {
    const clone = freshClone()
    clone.write('npm-fails', '')
    const { status, stderr } = clone.start()
    expect(status).toBe(1)
    expect(stderr).toMatch(/^npm error: no network\nThe installation failed; .*\n$/)
  })

  it('ends with the reasons when the sources do not compile, and tries again the next time', () => {
    const clone = freshClone()
    clone.write('deploy/launcher/main.ts', `const port: number = 'four'`)
    for (const _attempt of [1, 2]) {
      const { status, stderr } = clone.start()
      expect(status).toBe(1)
      expect(stderr).toMatch(/main\.ts\(1,7\): error TS2322.*\nThe sources do not compile; .*\n$/)
    }
  })
})

/** A project of one file with our own bootstrap, whose npm and compiler are at hand. */
function freshClone() {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-clone-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const path of ['start.mjs', ...['build', 'failure', 'install', 'node-version', 'run'].map(bootstrapFile)]) {
    write(`deploy/${path}`, readFileSync(join(HOUSE, 'deploy', path), 'utf8'))
  }
  write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=20.19' } }))
  write('package-lock.json', lockFile({}))
  write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['deploy/**/*.ts'] }))
  write('deploy/launcher/main.ts', launcher('launched 1'))
  write('npm/npm-cli.js', NPM)
  write('npm/package.json', '{}')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(HOUSE, 'node_modules', 'typescript'), join(folder, 'node_modules', 'typescript'))
  const start = (options: readonly string[] = []) =>
    spawnSync(process.execPath, [...options, 'deploy/start.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, npm_execpath: join(folder, 'npm', 'npm-cli.js') },
    })
  const npmCalls = () =>
    existsSync(join(folder, 'npm-calls')) ? readFileSync(join(folder, 'npm-calls'), 'utf8').trim().split('\n') : []
  return { folder, write, start, npmCalls }
}

const launcher = (says: string) => `declare const process: any; process.stdout.write('${says}\\n'); export {}`

const bootstrapFile = (name: string) => `bootstrap/${name}.mjs`

const COMPILER_OPTIONS = {
  target: 'ES2022',
  lib: ['ES5'],
  module: 'ES2022',
  types: [],
  outDir: 'dist',
  rootDir: '.',
  incremental: true,
  tsBuildInfoFile: 'dist/.tsbuildinfo',
  skipLibCheck: true,
}

function lockFile(packages: object): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } })
}
