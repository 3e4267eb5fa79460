import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { hours, type Prediction } from '@millrace/core'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce } from '../harness/raw-topics.ts'
import { readPredictions } from '../harness/read-predictions.ts'
import { rawRecordOf } from '../harness/replay.ts'
import { FeastClient, type FeastDefinitions } from './feast-client.ts'
import pipeline, { profile } from './pipeline.ts'

const DEFINITIONS: FeastDefinitions = {
  views: {
    profile: {
      key: 'customerId',
      ttl: profile.ttl / 1_000,
      features: { daily_limit: 'float', segment: 'text' },
      push_source: 'profile_push',
    },
  },
  services: {},
}

const FEATURES = ['profile:daily_limit', 'profile:segment']

const iso = (time: number): string => new Date(time).toISOString()

function frame(
  rows: readonly (readonly [customerId: string, limit: number, segment: string, time: number])[],
) {
  return {
    customerId: rows.map(([customerId]) => customerId),
    daily_limit: rows.map(([, limit]) => limit),
    segment: rows.map(([, , segment]) => segment),
    event_timestamp: rows.map(([, , , time]) => iso(time)),
  }
}

test("what Feast's own SDK writes is read by it, and taken into vectors of the stream and of requests", async t => {
  const deployment = await Deployment.start(t, {
    order: 'arrival',
    pipeline: { declared: pipeline, file: join(import.meta.dirname, 'pipeline.ts') },
  })
  const services = await deployment.run('ingestor', 'feature-builder', 'scorer')
  const { url } = services.find(({ name }) => name === 'scorer')!
  const feast = await FeastClient.start(t, url, DEFINITIONS)
  const drained = () => deployment.drained(['ingest-profile_row', 'profile'])
  const read = async (...customers: string[]) => {
    const rows = customers.map(customerId => ({ customerId }))
    const { result } = await feast.do({ do: 'read', features: FEATURES, rows })
    const { values, statuses } = result as Record<'values' | 'statuses', Record<string, unknown[]>>
    return customers.map((_, i) => [
      values['daily_limit']![i],
      values['segment']![i],
      statuses['segment']![i],
    ])
  }

  await t.test('rows written to the view and rows pushed to its source are found', async () => {
    const written = await feast.do({
      do: 'write',
      view: 'profile',
      frame: frame([
        ['7', 100, 'gold', TEST_NOW - hours(3)],
        ['8', 50.5, 'new', TEST_NOW - hours(2)],
      ]),
    })
    assert.deepStrictEqual(written, { result: null })
    const rows = frame([['9', 20, 'old', TEST_NOW - hours(24 * 11)]])
    assert.deepStrictEqual(await feast.do({ do: 'push', source: 'profile_push', frame: rows }), {
      result: null,
    })
    await drained()
    assert.deepStrictEqual(await read('7', '8', '9', 'nobody'), [
      [100, 'gold', 'PRESENT'],
      [50.5, 'new', 'PRESENT'],
      [null, null, 'OUTSIDE_MAX_AGE'],
      [null, null, 'NOT_FOUND'],
    ])
  })

  await t.test(
    'an older row changes nothing, a newer one counts, also when it is written twice',
    async () => {
      const write = (limit: number, time: number) =>
        feast.do({ do: 'write', view: 'profile', frame: frame([['7', limit, 'gold', time]]) })
      await write(1, TEST_NOW - hours(4))
      await write(30, TEST_NOW - hours(1))
      await write(30, TEST_NOW - hours(1))
      await drained()
      assert.deepStrictEqual(await read('7'), [[30, 'gold', 'PRESENT']])
    },
  )

  await t.test('plain HTTP pushes go the same way, and a lookup tells how old a value is', async () => {
    const df = frame([['10', 5, 'test', TEST_NOW - hours(2)]])
    const pushed = await post(`${url}/push`, { push_source_name: 'profile_push', df, to: 'online' })
    assert.deepStrictEqual([pushed.status, await pushed.text()], [200, ''])
    await drained()
    const asked = await fetch(`${url}/v1/features/profile/10?features=segment&asOf=${TEST_NOW}`)
    assert.deepStrictEqual(await asked.json(), {
      asOf: TEST_NOW,
      view: 'profile',
      freshness: hours(6),
      entity: '10',
      found: true,
      truncated: false,
      features: { segment: { value: 'test', eventTime: TEST_NOW - hours(2), age: hours(2), fresh: true } },
    })
  })

  await t.test('a transaction is scored with what was pushed for its customer', async () => {
    const event = {
      transactionId: 't1',
      occurredAt: TEST_NOW,
      customerId: '7',
      terminalId: '165',
      amount: 70,
    }
    await produce(deployment.kafka, [rawRecordOf({ type: 'transaction', event }, deployment.rawPartitions)])
    const streamed = (await readPredictions(deployment, 1)).get('t1')!
    assert.equal(streamed.features['amount'], 30)
    const requested = (await (await post(`${url}/v1/score`, event)).json()) as Prediction
    assert.deepStrictEqual([requested.features, requested.score], [streamed.features, streamed.score])
  })

  await t.test('while Kafka is away rows are refused with a 503, and taken again afterwards', async () => {
    const df = frame([['11', 1, 'late', TEST_NOW - hours(1)]])
    const push = () => post(`${url}/push`, { push_source_name: 'profile_push', df })
    await deployment.stack.parts.kafka.kill()
    const refused = await push()
    assert.deepStrictEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
    await deployment.stack.parts.kafka.restart()
    while ((await push()).status !== 200) await delay(100)
    await drained()
    assert.deepStrictEqual(await read('11'), [[1, 'late', 'PRESENT']])
  })
})

function post(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body) })
}
