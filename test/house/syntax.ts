import ts from 'typescript'
import { nodesOf, type SourceFile } from './source-files.js'

/** Every place in these files where a node passes, as `path:line`. */
export function places(files: readonly SourceFile[], passes: (node: ts.Node) => boolean): string[] {
  return files.flatMap(({ path, tree }) =>
    [...nodesOf(tree)]
      .filter(passes)
      .map((node) => `${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`),
  )
}

/** `object.member`, or `object.` anything. */
export function isMember(node: ts.Node, object: string, member?: string): boolean {
  if (!ts.isPropertyAccessExpression(node) || node.expression.getText() !== object) return false
  return member === undefined || node.name.text === member
}

/** `export default …` and `export = …`. */
export function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
}

/** The name a class, interface, type, function or variable is declared with. */
export function declaredName(node: ts.Node): string | undefined {
  const declares =
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isVariableDeclaration(node)
  return declares && node.name && ts.isIdentifier(node.name) ? node.name.text : undefined
}

/** The words of a name: `retryManager`, `retry-manager` and `retry_manager.ts` hold `manager`. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

/**
 * A function expression that is written into a property: as a field of a class, or by `object.name = () => …`. V8 makes such
 * functions among its old objects (`FunctionLiteral::pretenure`), where each keeps what it refers to until the whole heap
 * is marked.
 */
export function isFunctionInProperty(node: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node)) return isFunction(node.initializer)
  const assigns = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
  return assigns && ts.isPropertyAccessExpression(node.left) && isFunction(node.right)
}

function isFunction(node: ts.Node | undefined): boolean {
  return node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
}

/** A test switched on alone (`it.only`), or switched off by a call whose title does not say `because`. */
export function isSwitchedTest(node: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false
  if (!/^(it|test|describe|suite)\b/.test(node.expression.getText())) return false
  if (node.name.text === 'only') return true
  const title = ts.isCallExpression(node.parent) ? node.parent.arguments[0]?.getText() : undefined
  return ['skip', 'todo'].includes(node.name.text) && !title?.includes('because')
}

/** A test under a condition whose title does not say which: `it.skipIf(x)('… when y is set')`. */
export function isUnexplainedCondition(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isCallExpression(node.expression)) return false
  const condition = node.expression.expression
  if (!ts.isPropertyAccessExpression(condition) || !['skipIf', 'runIf'].includes(condition.name.text)) return false
  return !/\b(when|where|unless|needs|without|only)\b/.test(node.arguments[0]?.getText() ?? '')
}
