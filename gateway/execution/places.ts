import type { ResponsePath } from '@apollo/query-planner'
import type { Plain } from './plain.js'

/** The objects at a path of the fetched data, nulls left out. */
export type ObjectsAt = (data: Plain) => Plain[]

/** Compiles a path of a plan: keys, and `@` for every element of a list. */
export function compileObjectsAt(path: ResponsePath): ObjectsAt {
  const visit = path.reduceRight<Visit>((next, element) => (element === '@' ? eachOf(next) : below(element, next)), add)
  return (data) => {
    const objects: Plain[] = []
    visit(data, objects)
    return objects
  }
}

/** The paths of those objects in the response, in the same order. */
export function pathsOf(data: Plain, path: ResponsePath): (string | number)[][] {
  const found: (string | number)[][] = []
  collectPaths(data, path, [], found)
  return found
}

type Visit = (value: unknown, objects: Plain[]) => void

function add(value: unknown, objects: Plain[]): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) objects.push(value as Plain)
}

function eachOf(next: Visit): Visit {
  return (value, objects) => {
    if (!Array.isArray(value)) return
    for (const element of value) next(element, objects)
  }
}

function below(key: string | number, next: Visit): Visit {
  return (value, objects) => {
    if (typeof value === 'object' && value !== null) next((value as Plain)[key], objects)
  }
}

function collectPaths(
  value: unknown,
  [element, ...rest]: ResponsePath,
  here: readonly (string | number)[],
  found: (string | number)[][],
): void {
  if (typeof value !== 'object' || value === null) return
  if (element === undefined) {
    if (!Array.isArray(value)) found.push([...here])
  } else if (element !== '@') collectPaths((value as Plain)[element], rest, [...here, element], found)
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collectPaths(item, rest, [...here, index], found)
  }
}
