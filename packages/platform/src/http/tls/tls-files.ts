import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls'
import { type FollowedFiles, followFiles } from '../follow-files.ts'

export interface TlsPaths {
  /** PEM: the certificate, then those between it and the root. */
  readonly certificate: string
  /** PEM, not encrypted. */
  readonly key: string
  /** PEM: who signs the certificates of clients. Without it none is asked for. */
  readonly clientAuthority?: string | undefined
  /** Whether a connection without a client certificate is let in, to bring a key or a token. Default false. */
  readonly clientOptional?: boolean
}

/** The files of a server's TLS: what a server is created with, and what it takes on when a file was renewed. */
export class TlsFiles {
  readonly #paths: TlsPaths
  readonly #takers: ((context: SecureContextOptions) => void)[] = []
  #context: SecureContextOptions = {}
  #files: FollowedFiles | undefined

  private constructor(paths: TlsPaths) {
    this.#paths = paths
  }

  /** Rejects with what is wrong with the files, such as a key of another certificate. */
  static async open(paths: TlsPaths, onTrouble: (error: unknown) => void): Promise<TlsFiles> {
    const tls = new TlsFiles(paths)
    const { certificate, key, clientAuthority } = paths
    const files = [certificate, key, ...(clientAuthority === undefined ? [] : [clientAuthority])]
    tls.#files = await followFiles(files, contents => tls.#take(contents), { onTrouble })
    return tls
  }

  /** For `https.createServer`, `tls.createServer` and `http2.createSecureServer`. */
  serverOptions(): TlsOptions {
    const { clientAuthority, clientOptional = false } = this.#paths
    return {
      ...this.#context,
      handshakeTimeout: 10_000,
      ...(clientAuthority !== undefined && { requestCert: true, rejectUnauthorized: !clientOptional }),
    }
  }

  /** Hands renewed files on, for `setSecureContext` of a server. Connections that are open keep theirs. */
  onRenewal(take: (context: SecureContextOptions) => void): void {
    this.#takers.push(take)
  }

  /** Looks at the files at once. */
  async look(): Promise<void> {
    await this.#files?.look()
  }

  stop(): void {
    this.#files?.stop()
  }

  #take([cert, key, ca]: readonly Buffer[]): void {
    const context: SecureContextOptions = { cert: cert!, key: key!, ...(ca && { ca }), minVersion: 'TLSv1.2' }
    createSecureContext(context)
    this.#context = context
    for (const take of this.#takers) take(context)
  }
}
