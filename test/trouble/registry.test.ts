import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AvroSchema, eventRecordSchema, seconds, topics } from '@millrace/core'
import type { Deployment } from '../harness/deployment.ts'
import { runDisturbed } from '../harness/disturbed-run.ts'
import { readiness } from '../harness/vigil.ts'

const FOREIGN: AvroSchema = { type: 'record', name: 'Foreign', fields: [{ name: 'x', type: 'string' }] }

test('a registry that lost everything is mended by a deployment, also when it gives other schema ids', async t => {
  const ids: number[] = []
  await runDisturbed(t, {
    seed: 1,
    sessionTimeoutMs: seconds(6),
    trouble: async (deployment, slice) => {
      if (slice === 3) ids.push(await cleanSchemaId(deployment))
      if (slice === 3) await stopBuilders(deployment)
      if (slice === 5) await loseRegistry(deployment)
      if (slice === 7) {
        await refuseToStart(deployment)
        await deployWithOtherIds(deployment)
        ids.push(await cleanSchemaId(deployment))
        await restartAll(deployment)
      }
    },
  })
  const [before, after] = ids
  assert.notEqual(after, before)
})

const buildersOf = ({ services }: Deployment) => services.filter(({ name }) => name === 'feature-builder')

/** The id by which the records between ingestor and feature builder are written. */
function cleanSchemaId({ directory, pipeline }: Deployment): Promise<number> {
  return directory.idOf(
    `${topics.cleanTopic(pipeline, pipeline.scored)}-value`,
    eventRecordSchema(pipeline, pipeline.scored),
  )
}

/** From now on clean events wait in their topic, under the ids of now. */
async function stopBuilders(deployment: Deployment): Promise<void> {
  for (const builder of buildersOf(deployment)) assert.equal(await builder.stop(), 0)
}

/** It keeps its schemas in memory. One that starts while it is away waits, and the others go on. */
async function loseRegistry(deployment: Deployment): Promise<void> {
  const { registry } = deployment.stack.parts
  const [builder] = buildersOf(deployment)
  await registry.kill()
  builder!.restart()
  await untilReasons(deployment, /^registry: .* \(SCHEMA_REGISTRY_URL\) cannot be reached$/)
  assert.equal(await builder!.stop(), 0, 'one that waits stops cleanly')
  await registry.restart()
  for (const service of deployment.services) {
    if (service.name !== 'feature-builder')
      assert.deepEqual(await readiness(service), { ready: true, reasons: [], degraded: [] })
  }
}

async function untilReasons(deployment: Deployment, words: RegExp): Promise<void> {
  const [builder] = buildersOf(deployment)
  for (;;) {
    const answer = await readiness(builder!).catch(() => undefined)
    if (answer?.reasons.some(reason => words.test(reason))) return
    assert.ok(builder!.running, await builder!.logTail())
  }
}

async function refuseToStart(deployment: Deployment): Promise<void> {
  const [builder] = buildersOf(deployment)
  builder!.restart()
  assert.equal(await builder!.ended(), 1)
  assert.match(await builder!.logTail(), /is not registered: run \\"millrace deploy\\" first/)
}

/** Other schemas come first, so that the ids of before name other things now. */
async function deployWithOtherIds(deployment: Deployment): Promise<void> {
  await deployment.directory.register('foreign-value', FOREIGN)
  await deployment.deploy()
}

async function restartAll({ services }: Deployment): Promise<void> {
  for (const service of services) {
    await service.stop()
    service.restart()
  }
  await Promise.all(services.map(service => service.ready()))
}
