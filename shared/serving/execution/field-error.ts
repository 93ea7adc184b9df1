import { type FieldNode, type GraphQLResolveInfo, locatedError } from 'graphql'
import { type Path, stepsOf } from './collected-errors.js'
import { type Complete, type Execution, isPromise } from './execution.js'

/** Where a value is asked for, and whether null may stand for it. */
export interface Located {
  /** `Type.field` */
  readonly coordinate: string
  readonly nodes: readonly FieldNode[]
  readonly nullable: boolean
}

/** Completes a value that may still be on its way. An error is told and makes it null, or is thrown on where it may not be. */
export function settle(
  value: unknown,
  path: Path,
  info: GraphQLResolveInfo,
  execution: Execution,
  located: Located,
  complete: Complete,
): unknown {
  try {
    const completed = isPromise(value)
      ? value.then((resolved) => complete(resolved, path, info, execution))
      : complete(value, path, info, execution)
    if (!isPromise(completed)) return completed
    return completed.then(undefined, (error) => fail(error, path, execution, located))
  } catch (error) {
    return fail(error, path, execution, located)
  }
}

/** Null, the error told; throws it, located, where null may not stand. */
export function fail(cause: unknown, path: Path, execution: Execution, { nodes, nullable }: Located): null {
  const error = locatedError(cause, nodes, stepsOf(path))
  if (!nullable) throw error
  execution.errors.add(error, path)
  return null
}
