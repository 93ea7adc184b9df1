import { wrongInput } from '../clients/wrong-input.js'

/** `admin`, or a family and a name: `predict:fraud-detector`, `publish:fraud`, `predict:*`. */
const SCOPE = /^(admin|[a-z][a-z0-9-]{0,62}:([a-z0-9][a-z0-9-]{0,62}|\*))$/

/** Refuses what is no scope. */
export function requireScope(scope: string, path: string): void {
  if (!SCOPE.test(scope)) throw wrongInput(path, 'a scope such as predict:fraud-detector', scope)
}
