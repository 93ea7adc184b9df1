import type { Import, SourceFile } from './source-files.js'

/**
 * The files of one circle of imports, the first of them again at the end; empty when there is none. Types may refer to
 * each other in circles.
 */
export function circleAmong(files: readonly SourceFile[]): string[] {
  const targets = new Map(files.map(({ path, imports }) => [path, imports.flatMap(targetOf)]))
  const clear = new Set<string>()
  for (const { path } of files) {
    const circle = circleFrom(path, [], targets, clear)
    if (circle) return circle
  }
  return []
}

function circleFrom(
  path: string,
  way: readonly string[],
  targets: ReadonlyMap<string, readonly string[]>,
  clear: Set<string>,
): string[] | undefined {
  if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
  if (clear.has(path)) return undefined
  for (const target of targets.get(path) ?? []) {
    const circle = circleFrom(target, [...way, path], targets, clear)
    if (circle) return circle
  }
  clear.add(path)
  return undefined
}

function targetOf({ file, isType }: Import): string[] {
  return file && !isType ? [file] : []
}
