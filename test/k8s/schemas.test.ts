import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { build, K8S, kustomizeMissing } from './kustomize.ts'
import type { Manifest } from './manifests.ts'
import { customDefinitions, schemaFaults, VERSIONS } from './schemas.ts'

const OURS = /^(?:v1|(?:apps|batch|autoscaling|policy)\/.+|networking\.k8s\.io\/.+)$/
const BAD = join(import.meta.dirname, 'bad-schemas')
const definitions = await customDefinitions()
const skip = (await kustomizeMissing()) ?? false
const skipCustom = skip || (definitions === undefined && 'there is no Go that could get the definitions')

function builtin(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter(({ apiVersion }) => OURS.test(apiVersion))
}

for (const overlay of ['dev', 'production', 'next-version', 'switch']) {
  test(`the overlay ${overlay} is valid in Kubernetes ${VERSIONS.join(', ')}`, { skip }, async () => {
    const manifests = builtin(await build(join(K8S, 'overlays', overlay)))
    assert.ok(manifests.some(({ kind }) => kind === 'Job'))
    assert.deepEqual(await schemaFaults(manifests, []), [])
  })
}

test('what KEDA and the Prometheus operator read is as they define it', { skip: skipCustom }, async () => {
  const manifests = await build(join(K8S, 'overlays/production'))
  const custom = manifests.filter(({ apiVersion }) => !OURS.test(apiVersion))
  assert.deepEqual(
    new Set(custom.map(({ kind }) => kind)),
    new Set(['PodMonitor', 'PrometheusRule', 'ScaledObject', 'TriggerAuthentication']),
  )
  assert.deepEqual(await schemaFaults(custom, definitions!), [])
})

test('a misspelt field, a wrong type and a missing field are refused by every version', {
  skip,
}, async () => {
  const faults = await schemaFaults(builtin(await build(BAD)), [])
  for (const version of VERSIONS) {
    const found = faults.filter(fault => fault.includes(` ${version}: `))
    assert.deepEqual(found.map(fault => fault.split(':')[0]).sort(), [
      'Deployment scorer',
      'HorizontalPodAutoscaler scorer',
      'Service scorer',
    ])
  }
})

test('a field that KEDA does not know is refused', { skip: skipCustom }, async () => {
  const scaled = (await build(BAD)).filter(({ kind }) => kind === 'ScaledObject')
  const faults = await schemaFaults(scaled, definitions!)
  assert.deepEqual(faults, [
    "ScaledObject ingestor: $.spec: Additional properties are not allowed ('maxReplicas' was unexpected)",
  ])
})
