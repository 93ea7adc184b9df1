import ts from 'typescript'
import { nodesOf, type SourceFile } from './source-files.js'

/** The environment variables that a config.ts reads: the upper-case keys of its zod objects. */
export function settingsOf({ tree }: SourceFile): string[] {
  return [...nodesOf(tree)].flatMap((node) =>
    ts.isPropertyAssignment(node) && /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(node.name.getText())
      ? [node.name.getText()]
      : [],
  )
}
