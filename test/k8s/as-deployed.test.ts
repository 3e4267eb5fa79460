import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TestAuthority } from '../../packages/platform/test/http/tls/certificates.ts'
import { runMillrace } from '../harness/run-millrace.ts'
import { DeployedProcess } from './deployed-process.ts'
import { environmentOf } from './environment.ts'
import { build, K8S, kustomizeMissing } from './kustomize.ts'
import { type Probe, runningPods } from './manifests.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')
/** Addresses where nothing answers: a service then listens, and waits. */
const NOWHERE = {
  KAFKA_BROKERS: '127.0.0.1:1',
  REDIS_URL: 'redis://127.0.0.1:1',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
}
const skip = (await kustomizeMissing()) ?? false
const manifests = skip ? [] : await build(join(K8S, 'overlays/production'))

for (const { name, spec } of runningPods(manifests)) {
  test(`the ${name} answers its probes as the overlay production says`, { skip }, async t => {
    const container = spec.containers[0]!
    const folder = await volumesOf(t)
    const inPlace = Object.entries(environmentOf(manifests, container)).map(([variable, value]) => [
      variable,
      value.replace(/^\/app/, REPOSITORY).replace(/^\/(?=etc|var)/, `${folder}/`),
    ])
    const process = await DeployedProcess.start(container, { ...Object.fromEntries(inPlace), ...NOWHERE })
    t.after(() => process.stop())
    const statusOf = ({ httpGet }: Probe) => process.status(httpGet!.path, httpGet!.scheme)
    assert.equal(await statusOf(container.startupProbe!), 200)
    assert.equal(await statusOf(container.livenessProbe!), 200)
    assert.equal(await statusOf(container.readinessProbe!), 503)
    const scheme = container.readinessProbe!.httpGet!.scheme
    assert.equal(await process.status('/metrics', scheme), 200)
    assert.equal(await process.status('/v2', scheme), name === 'scorer' ? 401 : 404)
    assert.equal(await process.stop(), 0)
  })
}

/** What the secrets of the overlay are mounted as, made as docs/deployment/kubernetes.md says. */
async function volumesOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-k8s-'))
  t.after(() => rm(folder, { recursive: true }))
  const secrets = join(folder, 'etc/millrace')
  await mkdir(join(secrets, 'tls'), { recursive: true })
  await mkdir(join(secrets, 'keys'))
  const file = join(secrets, 'keys/keys.json')
  const made = await runMillrace(
    ['keys', 'create', '--file', file, '--id', 'checkout', '--scope', 'score'],
    {},
  )
  assert.equal(made.code, 0, made.stderr)
  const authority = new TestAuthority(t)
  await mkdir(join(secrets, 'kafka'))
  await copyFile(authority.cert, join(secrets, 'kafka/ca.crt'))
  const { cert, key } = authority.sign('/CN=scorer')
  await copyFile(cert, join(secrets, 'tls/tls.crt'))
  await copyFile(key, join(secrets, 'tls/tls.key'))
  return folder
}
