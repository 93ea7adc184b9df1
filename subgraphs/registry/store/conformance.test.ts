import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { mongodbUri } from './config.js'
import { refusalCases } from './conformance/refusals.js'
import { conformanceSuite } from './conformance/suite.js'
import { startEmbeddedStore } from './embedded-store.js'

const startEmbedded = async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'modelgraph-conformance-'))
  const store = await startEmbeddedStore({ dataFolder })
  const stop = async () => {
    await store.close()
    rmSync(dataFolder, { recursive: true })
  }
  return { uri: store.uri, stop }
}

conformanceSuite('the embedded store', startEmbedded, (subject) => {
  describe('refusals', () => refusalCases(subject))
})

const uri = mongodbUri()
if (uri) conformanceSuite('the server at MONGODB_URI', async () => ({ uri, stop: async () => {} }))
else describe.skip('the server at MONGODB_URI: skipped because MONGODB_URI is not set', () => {})
