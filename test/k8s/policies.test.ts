import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { build, K8S, kustomizeMissing } from './kustomize.ts'
import type { Manifest } from './manifests.ts'
import { RULES } from './rules/index.ts'

const BAD = join(import.meta.dirname, 'bad')
const skip = (await kustomizeMissing()) ?? false

/** The faults of each rule that is broken. */
function faultsOf(manifests: readonly Manifest[]): Readonly<Record<string, readonly string[]>> {
  const found = RULES.map(({ name, faults }) => [name, faults(manifests)] as const)
  return Object.fromEntries(found.filter(([, faults]) => faults.length > 0))
}

describe('every rule is kept', { skip }, () => {
  for (const overlay of ['dev', 'production']) {
    test(`by the overlay ${overlay}`, async () => {
      assert.deepEqual(faultsOf(await build(join(K8S, 'overlays', overlay))), {})
    })
  }
})

describe('a bad manifest breaks the rule that its folder is named after, and no other', { skip }, () => {
  for (const rule of readdirSync(BAD)) {
    test(rule, async () => {
      const faults = faultsOf(await build(join(BAD, rule)))
      assert.deepEqual(Object.keys(faults), [rule], JSON.stringify(faults, undefined, 2))
    })
  }
})

test('every rule has a bad manifest', () => {
  assert.deepEqual(readdirSync(BAD).sort(), RULES.map(({ name }) => name).sort())
})
