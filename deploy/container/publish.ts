import { readDevKeys } from '../launcher/dev-keys.js'
import { publishReference } from '../launcher/publish-reference.js'
import { readPublishConfig } from './config.js'
import { runOnce } from './run-once.js'

await runOnce(async (say) => {
  const { keysFile, ...network } = readPublishConfig()
  await publishReference({ ...network, keys: readDevKeys(keysFile), say })
})
