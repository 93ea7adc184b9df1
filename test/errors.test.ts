import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../shared/errors/table.js'
import { tableRows } from './house/markdown.js'
import { nodesOf, type SourceFile, sourceFiles } from './house/source-files.js'

const files = sourceFiles().map((file) => ({ ...file, words: wordsIn(file) }))

/** Codes that Apollo Server raises before our code is asked. */
const RAISED_BY_APOLLO = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']

describe('an error code', () => {
  it('is documented as the table has it, and nothing else is', () => {
    const documented = tableRows('docs/errors.md')
    const inTable = Object.entries(ERRORS).map(([code, { http, retryable, actor, meaning }]) => [
      code,
      String(http),
      retryable ? 'yes' : 'no',
      actor,
      meaning,
    ])
    expect(documented).toEqual(inTable)
  })

  it.each(Object.keys(ERRORS))('%s is raised somewhere, and a test waits for it', (code) => {
    const naming = files.filter(({ path, words }) => path !== 'shared/errors/table.ts' && words.has(code))
    const raising = naming.filter(({ isTest }) => !isTest).map(({ path }) => path)
    const waiting = naming.filter(({ isTest }) => isTest).map(({ path }) => path)
    if (!RAISED_BY_APOLLO.includes(code)) expect(raising, 'files that raise it').not.toEqual([])
    expect(waiting, 'tests that wait for it').not.toEqual([])
  })
})

/** The words of a file's strings and regular expressions; comments don't count. */
function wordsIn({ tree }: SourceFile): Set<string> {
  return new Set([...nodesOf(tree)].flatMap((node) => (isText(node) ? (node.text.match(/[A-Z_]+/g) ?? []) : [])))
}

function isText(node: ts.Node): node is ts.LiteralLikeNode {
  return ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node)
}
