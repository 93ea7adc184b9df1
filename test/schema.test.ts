import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { type OperationName, operationText } from '../cli/graph/operations.js'
import { generateSchema } from '../deploy/schema/generate.js'
import { readHouseOperations } from '../gateway/delivery/house-operations.js'
import { PROJECT_ROOT } from '../shared/process/project-root.js'
import { filesIn, ROOT } from './house/source-files.js'

const SENT = readdirSync(join(ROOT, 'schema/operations')).map((name) => `operations/${name}`)
const EXAMPLES = readdirSync(join(ROOT, 'schema/examples')).map((name) => `examples/${name}`)
const OPERATIONS = [...SENT, ...EXAMPLES]

describe('schema/', () => {
  let generated: ReadonlyMap<string, string>
  beforeAll(async () => {
    generated = await generateSchema()
  })

  it('holds what the subgraphs say of themselves today; `npm run schema` brings it up to date', () => {
    for (const [path, content] of generated) expect(held(path), `schema/${path}`).toBe(content)
  })

  it('holds nothing else', () => {
    const expected = [...generated.keys(), ...OPERATIONS]
    const found = filesIn('schema', () => true).map((path) => path.replace('schema/', ''))
    expect(found.sort()).toEqual(expected.sort())
  })
})

describe('an operation we send', () => {
  it.each(SENT)('%s is one that gateways let every client send', (name) => {
    const texts = [...readHouseOperations(join(PROJECT_ROOT, 'schema/operations')).values()]
    expect(texts).toContain(operationText(basename(name, '.graphql') as OperationName))
  })
})

describe('an operation we send or show', () => {
  const schema = buildSchema(held('supergraph.graphql'), { assumeValidSDL: true })

  it.each(OPERATIONS)('%s is one the graph understands', (name) => {
    const document = parse(held(name))
    expect(validate(schema, document).map(({ message }) => message)).toEqual([])
  })

  it.each(OPERATIONS)('%s holds the operation it is named after, and no other', (name) => {
    const names = parse(held(name)).definitions.map((definition) =>
      definition.kind === 'OperationDefinition' ? definition.name?.value : definition.kind,
    )
    expect(names).toEqual([basename(name, '.graphql')])
  })
})

function held(path: string): string {
  return readFileSync(join(ROOT, 'schema', path), 'utf8')
}
