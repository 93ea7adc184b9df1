import { openDataFolder } from '../launcher/data-folder.js'
import { devKeys, meshSecret } from '../launcher/dev-keys.js'
import { readSecretsConfig } from './config.js'
import { runOnce } from './run-once.js'

await runOnce(async (say) => {
  const { meshFolder, keysFolder } = readSecretsConfig()
  meshSecret(openDataFolder(meshFolder))
  devKeys(openDataFolder(keysFolder))
  say(`The secret of the mesh is in ${meshFolder}, the development keys are in ${keysFolder}.`)
})
