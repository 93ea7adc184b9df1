import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../../shared/process/project-root.js'
import { createGraphClient } from './client.js'
import type { OperationName } from './operations.js'

const FOLDER = join(PROJECT_ROOT, 'schema', 'operations')

describe('what the command sends', () => {
  let server: Server
  const bodies: { readonly query: string; readonly operationName: string }[] = []
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      bodies.push(JSON.parse(text))
      response.end('{"data":{}}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  it.each(readdirSync(FOLDER))(
    'is %s byte by byte, so that a safelist made of these files lets it in',
    async (file) => {
      const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const name = file.replace('.graphql', '') as OperationName
      await createGraphClient({ gatewayUrl, key: 'key' }).send(name, {})
      expect(bodies.at(-1)).toMatchObject({ operationName: name, query: readFileSync(join(FOLDER, file), 'utf8') })
    },
  )
})
