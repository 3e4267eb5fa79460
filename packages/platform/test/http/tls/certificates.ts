import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files of a certificate and of its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A certificate authority in a folder of its own, for one test. It needs the program `openssl`. */
export class TestAuthority implements Certificate {
  readonly cert: string
  readonly key: string
  readonly #folder: string
  #count = 0

  constructor(t: { after(end: () => Promise<void>): void }) {
    this.#folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'))
    t.after(async () => rmSync(this.#folder, { recursive: true }))
    this.cert = this.#path('ca.pem')
    this.key = this.#path('ca.key')
    openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-keyout',
      this.key,
      '-out',
      this.cert,
      '-days',
      '1',
      '-subj',
      '/CN=test',
    )
  }

  /** Signs a certificate for 127.0.0.1, by its subject as openssl takes it: `/O=Bank/CN=risk`. */
  sign(subject: string): Certificate {
    const name = `leaf-${++this.#count}`
    const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map(kind =>
      this.#path(`${name}.${kind}`),
    )
    writeFileSync(extensions!, 'subjectAltName=IP:127.0.0.1\n')
    openssl('req', '-new', ...NEW_KEY, '-keyout', key!, '-out', request!, '-subj', subject)
    const signed = [
      'x509',
      '-req',
      '-in',
      request!,
      '-CA',
      this.cert,
      '-CAkey',
      this.key,
      '-set_serial',
      `${this.#count}`,
    ]
    openssl(...signed, '-days', '1', '-extfile', extensions!, '-out', cert!)
    return { cert: cert!, key: key! }
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' })
}
