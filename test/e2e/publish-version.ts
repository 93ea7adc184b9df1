import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { Network } from '../../deploy/launcher/network.js'
import { graphClient } from './client.js'

const PUBLISH = `mutation Version($input: PublishModelVersionInput!) {
  publishModelVersion(input: $input) { version { id } created findings { code message } } }`

/** Uploads an artifact and publishes it as the version that its card says, as an admin does; answers what came of it. */
export async function publishVersion(
  { gatewayUrl, keys }: Pick<Network, 'gatewayUrl' | 'keys'>,
  model: string,
  bytes: Buffer,
  card: unknown,
) {
  const artifactSha256 = createHash('sha256').update(bytes).digest('hex')
  const upload = await fetch(new URL(`/artifacts/${artifactSha256}`, gatewayUrl), {
    method: 'PUT',
    headers: { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  })
  expect(upload.ok).toBe(true)
  const { data, errors } = await graphClient(gatewayUrl, keys.admin)(PUBLISH, {
    input: { model, artifactSha256, card },
  })
  expect(errors).toEqual([])
  return data.publishModelVersion
}
