import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import cardFraud from '@millrace/card-fraud'
import { pythonWith } from '../harness/python-environment.ts'
import { build, K8S, kustomizeMissing } from './kustomize.ts'
import { type Container, type Manifest, ofKind } from './manifests.ts'
import { containers as containerRules } from './rules/containers.ts'
import { podSecurity } from './rules/pod-security.ts'

const run = promisify(execFile)
const REPOSITORY = resolve(import.meta.dirname, '../..')
const VERSION = join(REPOSITORY, 'pipelines/card-fraud/models/card_fraud/1')
const skip = (await kustomizeMissing()) ?? false

interface InferenceService {
  readonly predictor: { readonly containers?: readonly Container[] }
}

/** What the models of KServe's SDK find wrong. */
async function sdkFaults(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const python = await pythonWith('clients', join(REPOSITORY, 'test/clients/requirements.txt'))
  const running = run(python, [join(import.meta.dirname, 'kserve_models.py')])
  running.child.stdin!.end(JSON.stringify(manifests))
  return JSON.parse((await running).stdout)
}

const folder = skip ? [] : await build(join(K8S, 'kserve'))
const [runtime] = ofKind<{ readonly containers: readonly Container[] }>(folder, 'ServingRuntime')
const services = ofKind<InferenceService>(folder, 'InferenceService')
const own = [
  ...(runtime?.spec.containers ?? []),
  ...services.flatMap(({ spec }) => spec.predictor.containers ?? []),
]

test("KServe's SDK knows every field", { skip }, async () => {
  assert.equal(folder.length, 3)
  assert.deepEqual(await sdkFaults(folder), [])
})

test('a field that KServe does not know, and one that is missing, are refused', { skip }, async () => {
  const bad = {
    ...services[0]!,
    spec: {
      predictor: { minReplica: 1, model: { runtime: 'millrace' }, containers: [{ image: 'millrace:0.1.0' }] },
    },
  }
  const { name } = bad.metadata
  assert.deepEqual(await sdkFaults([bad]), [
    `${name}.spec.predictor: has no field minReplica`,
    `${name}.spec.predictor.model: Invalid value for \`model_format\`, must not be \`None\``,
    `${name}.spec.predictor.containers.0.name: Field required`,
  ])
})

test('its containers keep to the rules of the others', { skip }, () => {
  const asPods = own.map((container, i) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `kserve-${i}` },
    spec: { template: { metadata: { labels: {} }, spec: { containers: [container] } } },
  }))
  const names = [
    'no-privilege',
    'not-root',
    'seccomp',
    'read-only-root',
    'pinned-image',
    'resources',
    'probes',
  ]
  const rules = [...podSecurity, ...containerRules].filter(({ name }) => names.includes(name))
  assert.equal(rules.length, names.length)
  assert.deepEqual(
    rules.flatMap(({ faults }) => faults(asPods, cardFraud)),
    [],
  )
})

test('a port is named as KServe wants it', { skip }, () => {
  assert.deepEqual(
    own.map(({ ports }) => ports),
    [
      [{ name: 'http1', containerPort: 8080, protocol: 'TCP' }],
      [{ name: 'h2c', containerPort: 8081, protocol: 'TCP' }],
    ],
  )
})

for (const layout of ['.', '1']) {
  test(`the runtime serves a model that was copied to ${layout} of its folder`, { skip }, async t => {
    const models = await mkdtemp(join(tmpdir(), 'millrace-kserve-'))
    t.after(() => rm(models, { recursive: true }))
    await cp(VERSION, join(models, layout), { recursive: true })
    const args = runtime!.spec.containers[0]!.args!.map(each =>
      each.replace('{{.Name}}', 'churn').replace('/mnt/models', models),
    )
    const url = await serve(t, args)
    assert.equal((await fetch(`${url}/v2/models/churn/ready`)).status, 200)
  })
}

test('the model in the image is served', { skip }, async t => {
  const args = own[1]!.args!.map(each => each.replace(/^\/app/, REPOSITORY))
  const url = await serve(t, args)
  assert.equal((await fetch(`${url}/v2/models/card_fraud/ready`)).status, 200)
})

/** Runs `millrace` with these arguments, at free ports, until the test is over. Answers its address. */
async function serve(t: TestContext, args: readonly string[]): Promise<string> {
  const main = join(REPOSITORY, 'packages/cli/src/main.ts')
  const child = spawn(process.execPath, [main, ...args, '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill()
    await ended
  })
  for await (const line of createInterface(child.stdout)) {
    const address = /(http:\/\/\S+)\/v2,/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('The server ended without an address.')
}
