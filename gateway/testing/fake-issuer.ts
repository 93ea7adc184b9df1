import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { type Issuer, issuersSchema } from '../identity/tokens/issuer.js'
import { LoopbackServer } from './loopback.js'

type KeyPair = GenerateKeyPairResult & { readonly kid: string }

export { exportJWK, exportSPKI, UnsecuredJWT } from 'jose'

/** An issuer of tokens with a real JWKS endpoint on loopback, and keys made for the test. */
export class FakeIssuer {
  readonly server = new LoopbackServer((_request, response) => {
    this.reads += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: this.published }))
  })
  /** How often the keys were asked for. */
  reads = 0
  private published: JWK[] = []

  private constructor(readonly name: string) {}

  static async start(name = 'clinic-login'): Promise<FakeIssuer> {
    const issuer = new FakeIssuer(name)
    await issuer.server.start()
    return issuer
  }

  get url(): string {
    return `https://${this.name}.example`
  }

  /** What an operator writes to trust it. */
  trust(given: Record<string, unknown> = {}): Issuer {
    const jwks = `${this.server.url}/jwks.json`
    return issuersSchema.parse([{ name: this.name, issuer: this.url, jwks, audience: 'graph', ...given }])[0]!
  }

  /** Makes a key without publishing it. */
  async makeKey(kid: string, algorithm = 'ES256'): Promise<KeyPair> {
    return { ...(await generateKeyPair(algorithm, { extractable: true })), kid }
  }

  /** Publishes these keys and no others. */
  async publish(...keys: readonly KeyPair[]): Promise<void> {
    this.published = await Promise.all(
      keys.map(async ({ publicKey, kid }) => ({ ...(await exportJWK(publicKey)), kid })),
    )
  }

  /** A token for an hour, beginning at `now` (milliseconds since the epoch). */
  sign(
    key: { readonly privateKey: Parameters<SignJWT['sign']>[0]; readonly kid: string },
    { now = Date.now(), header, ...claims }: Signed = {},
  ): Promise<string> {
    const seconds = Math.floor(now / 1000)
    const lasting = { iss: this.url, aud: 'graph', sub: 'app', iat: seconds, exp: seconds + 3600 }
    return new SignJWT({ ...lasting, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header })
      .sign(key.privateKey, { crit: { urgent: true } })
  }
}

export interface Signed extends JWTPayload {
  readonly now?: number
  readonly header?: Partial<JWTHeaderParameters>
}
