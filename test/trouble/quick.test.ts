import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { seconds } from '@millrace/core'
import type { Deployment } from '../harness/deployment.ts'
import { runDisturbed, type Trouble } from '../harness/disturbed-run.ts'
import { keepVigil } from '../harness/vigil.ts'

const SESSION_MS = seconds(6)

/** Once in the middle of the stream. */
const once =
  (trouble: (deployment: Deployment) => Promise<void>): Trouble =>
  async (deployment, slice) => {
    if (slice === 5) await trouble(deployment)
  }

for (const order of ['strict', 'arrival'] as const) {
  test(`nothing is lost or counted twice when Redis is restarted empty (${order} order)`, async t => {
    const trouble = once(restartRedisEmpty)
    const deployment = await runDisturbed(t, { seed: 1, order, trouble, sessionTimeoutMs: SESSION_MS })
    const builders = deployment.services.filter(({ name }) => name === 'feature-builder')
    const rebuilt = await Promise.all(builders.map(({ url }) => rebuilds(url)))
    assert.equal(Math.max(...rebuilt) > 0, true, 'the loss was noticed and counted')
  })
}

test('nothing is lost or counted twice when Redis goes away for a moment', async t => {
  const trouble = once(deployment => takeRedisAway(t, deployment))
  await runDisturbed(t, { seed: 2, sessionTimeoutMs: SESSION_MS, trouble })
})

async function takeRedisAway(t: TestContext, { stack, services }: Deployment): Promise<void> {
  await keepVigil(t, {
    services,
    reason: /redis/,
    lastsMs: seconds(5),
    begin: () => stack.parts.redis.kill(),
    end: () => stack.parts.redis.restart(),
  })
}

async function restartRedisEmpty({ stack }: Deployment): Promise<void> {
  await stack.parts.redis.kill()
  await stack.parts.redis.replaceData()
  await stack.parts.redis.restart()
}

/** Partitions whose loss a service has noticed, over all its stages. */
async function rebuilds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return [...metrics.matchAll(/^stage_rebuilds_total{[^}]*} (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
}
