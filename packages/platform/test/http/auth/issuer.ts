import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

export const ISSUER = 'https://issuer.test'
export const AUDIENCE = 'millrace'

/** Somebody who signs tokens, with one key at a time. */
export class TestIssuer {
  readonly #algorithm: string
  #id = 0
  #key: CryptoKey | undefined
  #jwk: JWK | undefined

  private constructor(algorithm: string) {
    this.#algorithm = algorithm
  }

  static async create(algorithm = 'ES256'): Promise<TestIssuer> {
    const issuer = new TestIssuer(algorithm)
    await issuer.renew()
    return issuer
  }

  /** Signs with another key from now on. */
  async renew(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(this.#algorithm, { extractable: true })
    this.#key = privateKey
    this.#jwk = { ...(await exportJWK(publicKey)), kid: `key-${++this.#id}`, alg: this.#algorithm }
  }

  get keys(): JSONWebKeySet {
    return { keys: [this.#jwk!] }
  }

  /** A token for us from somebody, that holds from `nowMs` for a minute; claims may say otherwise. */
  sign(
    nowMs: number,
    claims: JWTPayload & { readonly scope?: unknown; readonly scp?: unknown } = {},
  ): Promise<string> {
    const seconds = Math.floor(nowMs / 1_000)
    const usual = { iss: ISSUER, aud: AUDIENCE, sub: 'risk', iat: seconds, exp: seconds + 60, scope: 'score' }
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: this.#algorithm, kid: this.#jwk!.kid! })
      .sign(this.#key!)
  }
}

/** A server of keys that counts who asks. */
export async function serveKeys(
  t: TestContext,
  keysOf: () => JSONWebKeySet,
): Promise<{ url: string; asked: number }> {
  const served = { url: '', asked: 0 }
  const server = createServer((_, answer) => {
    served.asked++
    answer.setHeader('content-type', 'application/json').end(JSON.stringify(keysOf()))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  served.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  return served
}
