import { execFileSync } from 'node:child_process'

/** Tests start real processes and worker threads, which run compiled code: the build is brought up to date first. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], { stdio: 'inherit' })
}
