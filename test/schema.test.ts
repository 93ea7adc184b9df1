import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateSchema } from '../deploy/schema/generate.js'
import { filesIn, ROOT } from './house/source-files.js'

const OPERATIONS = readdirSync(join(ROOT, 'schema/operations'))

describe('schema/', () => {
  let generated: ReadonlyMap<string, string>
  beforeAll(async () => {
    generated = await generateSchema()
  })

  it('holds what the subgraphs say of themselves today; `npm run schema` brings it up to date', () => {
    for (const [path, content] of generated) expect(held(path), `schema/${path}`).toBe(content)
  })

  it('holds nothing else', () => {
    const expected = [...generated.keys(), ...OPERATIONS.map((name) => `operations/${name}`)]
    const found = filesIn('schema', () => true).map((path) => path.replace('schema/', ''))
    expect(found.sort()).toEqual(expected.sort())
  })
})

describe('an operation we send', () => {
  const schema = buildSchema(held('supergraph.graphql'), { assumeValidSDL: true })

  it.each(OPERATIONS)('%s is one the graph understands', (name) => {
    const document = parse(held(`operations/${name}`))
    expect(validate(schema, document).map(({ message }) => message)).toEqual([])
  })

  it.each(OPERATIONS)('%s holds the operation it is named after, and no other', (name) => {
    const names = parse(held(`operations/${name}`)).definitions.map((definition) =>
      definition.kind === 'OperationDefinition' ? definition.name?.value : definition.kind,
    )
    expect(names).toEqual([name.replace('.graphql', '')])
  })
})

function held(path: string): string {
  return readFileSync(join(ROOT, 'schema', path), 'utf8')
}
