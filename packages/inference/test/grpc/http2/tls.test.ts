import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { credentials } from '@grpc/grpc-js'
import type { CallCredentials } from '../../../src/grpc/http2/admission.ts'
import { GrpcClient } from '../grpc-client.ts'
import { RAW_REQUEST, serve } from '../serve.ts'

/** The name that the certificates are for; the clients connect to an address. */
const NAMED = { 'grpc.ssl_target_name_override': 'localhost' }

/** A certificate for localhost that signs itself. */
function certificate(t: TestContext, subject: string) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-grpc-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const names = ['-subj', subject, '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...names], {
    stdio: 'pipe',
  })
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

test('with TLS only clients with a certificate of the authority are let in, and their subject is known', async t => {
  const server = certificate(t, '/CN=server')
  const known = certificate(t, '/CN=risk')
  const stranger = certificate(t, '/CN=stranger')
  const subjects: (string | undefined)[] = []
  const access = {
    admit: ({ subject }: CallCredentials) => void subjects.push(subject),
    admitStray() {},
  }
  const options = { ...server, ca: known.cert, requestCert: true, rejectUnauthorized: true }
  const tls = { serverOptions: () => options, onRenewal() {} }
  const subjectOf = (socket: { getPeerCertificate(): { subject: { CN: string } } }): string =>
    socket.getPeerCertificate().subject.CN
  const { server: grpc } = await serve(t, { tls, access, subjectOf: subjectOf as never })
  const callAs = async (from: { cert: Buffer; key: Buffer }): Promise<number> => {
    const client = new GrpcClient(grpc.port, NAMED, credentials.createSsl(server.cert, from.key, from.cert))
    t.after(() => client.close())
    return (await client.infer('ModelInfer', RAW_REQUEST, { deadline: Date.now() + 5_000 })).code
  }
  assert.equal(await callAs(known), 0)
  assert.equal(await callAs(stranger), 14)
  assert.deepStrictEqual(subjects, ['risk'])
})

test('renewed certificates are for connections from then on', async t => {
  const [old, renewed] = [certificate(t, '/CN=server'), certificate(t, '/CN=server')]
  let renew: (context: object) => void = () => {}
  const tls = {
    serverOptions: () => old,
    onRenewal(take: (context: object) => void) {
      renew = take
    },
  }
  const { server } = await serve(t, { tls })
  const callWith = async ({ cert }: { cert: Buffer }): Promise<number> => {
    const client = new GrpcClient(server.port, NAMED, credentials.createSsl(cert))
    t.after(() => client.close())
    return (await client.infer('ServerLive', {}, { deadline: Date.now() + 5_000 })).code
  }
  assert.equal(await callWith(old), 0)
  renew(renewed)
  assert.equal(await callWith(renewed), 0)
})
