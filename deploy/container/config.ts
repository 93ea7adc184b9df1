import { z } from 'zod'
import { readConfig } from '../../shared/config/read.js'

const address = (standard: string) =>
  z.url({ protocol: /^https?$/, error: `expected a URL such as ${standard}` }).default(standard)

const secretsSettings = z.object({
  MODELGRAPH_MESH_FOLDER: z.string().default('/mesh'),
  MODELGRAPH_KEYS_FOLDER: z.string().default('/keys'),
})

const publishSettings = z.object({
  MODELGRAPH_GATEWAY: address('http://gateway:4000'),
  MODELGRAPH_DEV_KEYS: z.string().default('/keys/dev-keys.json'),
  PATIENTS_URL: address('http://patients:4002'),
  DIAGNOSTICS_URL: address('http://diagnostics:4003'),
  VISION_URL: address('http://vision:4004'),
  FRAUD_URL: address('http://fraud:4005'),
})

/** Folders that the containers share: one with the secret of the mesh, one with the development keys. */
export function readSecretsConfig(env: NodeJS.ProcessEnv = process.env) {
  const given = readConfig(secretsSettings, env)
  return { meshFolder: given.MODELGRAPH_MESH_FOLDER, keysFolder: given.MODELGRAPH_KEYS_FOLDER }
}

/** Where the containers find each other, and the file of development keys. */
export function readPublishConfig(env: NodeJS.ProcessEnv = process.env) {
  const given = readConfig(publishSettings, env)
  const subgraphs = [
    { name: 'patients', url: given.PATIENTS_URL },
    { name: 'diagnostics', url: given.DIAGNOSTICS_URL },
    { name: 'vision', url: given.VISION_URL },
    { name: 'fraud', url: given.FRAUD_URL },
  ]
  return { gatewayUrl: given.MODELGRAPH_GATEWAY, keysFile: given.MODELGRAPH_DEV_KEYS, subgraphs }
}
