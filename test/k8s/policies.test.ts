import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { build, K8S, kustomizeMissing } from './kustomize.ts'
import { type Manifest, podsOf } from './manifests.ts'
import { mountedPipeline } from './mounted-pipeline.ts'
import { RULES } from './rules/index.ts'

const BAD = join(import.meta.dirname, 'bad')
const REPOSITORY = resolve(import.meta.dirname, '../..')
/** What both versions of a pipeline share. */
const SHARED = ['Namespace', 'ServiceAccount', 'Service', 'NetworkPolicy']
const skip = (await kustomizeMissing()) ?? false

/** The faults of each rule that is broken. */
async function faultsOf(
  manifests: readonly Manifest[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const pipeline = await mountedPipeline(manifests)
  const found = RULES.map(({ name, faults }) => [name, faults(manifests, pipeline)] as const)
  return Object.fromEntries(found.filter(([, faults]) => faults.length > 0))
}

function overlay(name: string): Promise<readonly Manifest[]> {
  return build(join(K8S, 'overlays', name))
}

describe('every rule is kept', { skip }, () => {
  for (const name of ['dev', 'production']) {
    test(`by the overlay ${name}`, async () => {
      assert.deepEqual(await faultsOf(await overlay(name)), {})
    })
  }

  test('by production with its models on MLflow', async () => {
    assert.deepEqual(await faultsOf(await build(join(import.meta.dirname, 'with-mlflow'))), {})
  })

  test('by the next version of a pipeline, beside the one that serves', async () => {
    const [next, serving] = await Promise.all([overlay('next-version'), overlay('production')])
    const shared = serving.filter(({ kind }) => SHARED.includes(kind))
    assert.equal((await mountedPipeline(next)).namespace, 'card-fraud.v2')
    assert.deepEqual(await faultsOf([...shared, ...next]), {})
    const idsOf = (manifests: readonly Manifest[]) =>
      manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    assert.deepEqual(
      idsOf(next).filter(id => idsOf(serving).includes(id)),
      [],
    )
  })

  test('by the job that lets it take over', async () => {
    const [job, serving] = await Promise.all([overlay('switch'), overlay('production')])
    assert.deepEqual(new Set(job.map(({ kind }) => kind)), new Set(['ConfigMap', 'Job']))
    assert.equal((await mountedPipeline(job)).namespace, 'card-fraud.v2')
    assert.deepEqual(
      podsOf(job).map(({ name, spec }) => [name, spec.containers[0]!.args]),
      [['switch-v2', ['switch']]],
    )
    assert.deepEqual(
      await faultsOf([
        ...serving.filter(({ kind }) => ['Namespace', 'ServiceAccount', 'NetworkPolicy'].includes(kind)),
        ...job,
      ]),
      {},
    )
  })
})

describe('a bad manifest breaks the rule that its folder is named after, and no other', {
  skip,
  concurrency: 2,
}, () => {
  for (const rule of readdirSync(BAD)) {
    test(rule, async () => {
      const faults = await faultsOf(await build(join(BAD, rule)))
      assert.deepEqual(Object.keys(faults), [rule], JSON.stringify(faults, undefined, 2))
    })
  }
})

test('every rule has a bad manifest', () => {
  assert.deepEqual(readdirSync(BAD).sort(), RULES.map(({ name }) => name).sort())
})

test('the pipeline of the base is the one that the image has', async () => {
  const files = [join(K8S, 'base/pipeline/pipeline.ts'), join(REPOSITORY, 'pipelines/card-fraud/pipeline.ts')]
  const [mounted, shipped] = await Promise.all(files.map(file => readFile(file, 'utf8')))
  assert.equal(mounted, shipped)
})

test('the pipeline of the next version is that of the base with a version of its own', async () => {
  const files = ['base/pipeline/pipeline.ts', 'overlays/next-version/pipeline.ts']
  const [base, next] = await Promise.all(files.map(file => readFile(join(K8S, file), 'utf8')))
  assert.equal(next!.replace('  version: 2,\n', ''), base)
  assert.notEqual(next, base)
})
