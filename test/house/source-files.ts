import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'
import { MEASUREMENT, TEST_FOLDERS } from './rules.js'

/** The top of the project. */
export const ROOT = dirname(dirname(import.meta.dirname))

const TEST_PARTS = ['test', MEASUREMENT, ...TEST_FOLDERS]

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'models', 'training'])

export interface SourceFile {
  /** From the top of the project, with forward slashes. */
  readonly path: string
  /** A test, a measurement, or what only they import. */
  readonly isTest: boolean
  readonly text: string
  readonly tree: ts.SourceFile
  readonly imports: readonly Import[]
}

export interface Import {
  /** As written: `./x.js`, `node:fs`, `@apollo/server/standalone`. */
  readonly specifier: string
  /** The file of ours it means, from the top of the project; undefined for a package. */
  readonly file: string | undefined
  /** The package it means; undefined for a file of ours and for Node's own modules. */
  readonly vendor: string | undefined
  /** Gone once compiled: `import type`. */
  readonly isType: boolean
}

let parsed: readonly SourceFile[] | undefined

/** Every TypeScript file of the project, parsed once for all tests. */
export function sourceFiles(): readonly SourceFile[] {
  parsed ??= filesIn('.', (name) => name.endsWith('.ts')).map(sourceFile)
  return parsed
}

/** Paths of our files below a folder, from the top of the project. */
export function filesIn(folder: string, wanted: (name: string) => boolean): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) || entry.name.startsWith('.') ? [] : filesIn(path, wanted)
    return wanted(entry.name) ? [path] : []
  })
}

/** Every node of a file, outermost first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node
  const children: ts.Node[] = []
  node.forEachChild((child) => void children.push(child))
  for (const child of children) yield* nodesOf(child)
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const isTest = path.endsWith('.test.ts') || path.split('/').some((name) => TEST_PARTS.includes(name))
  return { path, isTest, text, tree, imports: importsOf(path, tree) }
}

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  return [...nodesOf(tree)].flatMap((node) => {
    const specifier = specifierOf(node)
    return specifier && ts.isStringLiteralLike(specifier) ? [importOf(path, specifier.text, isTypeImport(node))] : []
  })
}

/** `import … from 'x'`, `export … from 'x'`, `import('x')`, `require('x')`, `require.resolve('x')`, the type `import('x')`. */
function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  if (!ts.isCallExpression(node)) return undefined
  return ['import', 'require', 'require.resolve'].includes(node.expression.getText()) ? node.arguments[0] : undefined
}

function isTypeImport(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return !!node.importClause?.isTypeOnly
  return ts.isImportTypeNode(node) || (ts.isExportDeclaration(node) && node.isTypeOnly)
}

function importOf(from: string, specifier: string, isType: boolean): Import {
  if (specifier.startsWith('.')) {
    const file = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
    return { specifier, file, vendor: undefined, isType }
  }
  const vendor = specifier.startsWith('node:') ? undefined : packageOf(specifier)
  return { specifier, file: undefined, vendor, isType }
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
