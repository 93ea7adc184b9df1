import { randomBytes } from 'node:crypto'

export function newTestKey(): string {
  return `mg_test_${randomBytes(16).toString('hex')}_000000`
}
