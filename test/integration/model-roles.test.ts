import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CANARY, compileRoute, decide } from '@millrace/core'
import { rowsOf } from '../harness/archived.ts'
import pipeline from '../harness/cautious-pipeline.ts'
import type { FedPrediction, PredictionFeed } from '../harness/prediction-feed.ts'
import {
  type Answer,
  ask,
  inEveryPartition,
  type Logged,
  nameChampionByHand,
  nextStreamed,
  openStand,
  paymentOf,
  refusedOf,
  type Stand,
  swapTook,
} from '../harness/roles-stand.ts'

const { model } = pipeline
const SHARE = 0.5
const STAGES = ['ingestor', 'feature-builder', 'scorer'] as const

test('roles of versions change under a stream that never stops', async t => {
  const stand = await openStand(t)
  const { deployment, feed, pump } = stand

  await t.test('a promotion and a rollback swap the version, once in every partition', async () => {
    await feed.until('score of version 1', inEveryPartition(stand, 0, versionIs('1')))
    await deployment.printed('models', 'promote', '2')
    await feed.until('score of version 2', inEveryPartition(stand, feed.all.length, versionIs('2')))
    t.diagnostic(`version 2 was the champion ${await swapTook(stand, '2')} ms after its promotion`)
    await deployment.printed('models', 'rollback')
    await feed.until('score of version 1', inEveryPartition(stand, feed.all.length, versionIs('1')))
    for (const predictions of Map.groupBy(feed.streamed, ({ partition }) => partition).values())
      assert.deepEqual(runsOf(predictions.map(prediction => prediction.model.version)), ['1', '2', '1'])
  })

  await t.test('a shadow scores beside the champion, and decides nothing', async () => {
    await deployment.printed('models', 'promote', '2', '--alias', 'shadow')
    const from = feed.all.length
    await feed.until(
      'shadow',
      inEveryPartition(stand, from, ({ shadow }) => shadow !== undefined),
    )
    for (const prediction of await nextStreamed(stand)) {
      assert.equal(prediction.model.version, '1')
      assert.equal(prediction.shadow!.model.version, '2')
      assert.equal(prediction.shadow!.decision, decide(model, prediction.features['during_night']!))
    }
  })

  await t.test('a canary answers its share of the customers, in the stream as on request', async () => {
    await deployment.printed('models', 'promote', '2', '--alias', CANARY, '--share', String(SHARE))
    await feed.until('score of the canary', inEveryPartition(stand, feed.all.length, versionIs('2')))
    const streamed = await nextStreamed(stand)
    const answered = await ask(stand, ...Array.from({ length: 40 }, (_, i) => paymentOf(`c${i}`, String(i))))
    const versions = [
      ...streamed.map(({ entities, model }) => [String(entities['customerId']), model.version] as const),
      ...answered.map(({ model }, i) => [String(i), model?.version] as const),
    ]
    const routeOf = compileRoute({ model: model.name, version: '2', share: SHARE })
    for (const [customer, version] of versions)
      assert.equal(version, routeOf(customer) === CANARY ? '2' : '1', `customer ${customer}`)
    assert.equal(new Set(answered.map(answer => answer.model?.version)).size, 2)
  })

  await t.test('a version that was damaged is refused with words, and who answered goes on', async () => {
    const { code, stderr } = await deployment.millrace('models', 'promote', '3')
    assert.notEqual(code, 0)
    assert.match(stderr, /model\.onnx is not the file that the manifest was written for/)
    const restore = await nameChampionByHand(stand, '3')
    const { state, reason } = await refusedOf(stand, '3')
    assert.equal(state, 'UNAVAILABLE')
    assert.match(reason, /model\.onnx is not the file that the manifest was written for/)
    assert.deepEqual([...new Set((await nextStreamed(stand)).map(each => each.model.version))].toSorted(), [
      '1',
      '2',
    ])
    assert.equal((await fetch(`${stand.scorer.url}/readyz`)).status, 200)
    await restore()
  })

  await t.test(
    'while Redis is away or hangs the declared rule answers, and the model again afterwards',
    async () => {
      assert.equal(feed.counted.length, feed.streamed.length, 'a prediction came twice while all was well')
      const { redis } = deployment.stack.parts
      const ways: readonly Outage[] = [
        { begin: () => redis.kill(), end: () => redis.restart() },
        { begin: () => redis.pause(), end: () => redis.resume() },
      ]
      for (const outage of ways) await askWithoutRedis(stand, outage)
    },
  )

  await t.test(
    'every payment of the stream has one prediction, scored by the version that it names',
    async () => {
      const sent = await pump.stop()
      await deployment.drained(STAGES.flatMap(service => deployment.stagesOf(service)))
      await feed.until('prediction of every payment', () => feed.counted.length >= sent.length)
      // While Redis was away rounds were tried again, which leaves repeats.
      assert.deepEqual(feed.counted.map(({ id }) => String(id)).toSorted(), sent.toSorted())
      for (const prediction of feed.streamed) await assertScored(stand, prediction)
    },
  )

  await t.test('what was answered on request is archived beside the stream', async () => {
    await feed.until('requested prediction', () => feed.requested.length >= stand.answers.length)
    const logged = feed.requested.map(({ id, score, decision, model }) => ({ id, score, decision, model }))
    assert.deepEqual(sortedById(logged), sortedById(stand.answers))
    const folder = join(stand.folder, 'archive')
    await deployment.printed('archive', '--output', folder)
    const rows = await rowsOf(folder, 'predictions')
    const byVia = Map.groupBy(rows, row => row['via'])
    assert.equal(byVia.get('stream')!.length, feed.counted.length)
    assert.equal(byVia.get('request')!.length, stand.answers.length)
    const shadowed = feed.counted.filter(({ shadow }) => shadow !== undefined)
    assert.equal(byVia.get('stream')!.filter(row => row['shadow_version'] === '2').length, shadowed.length)
    const byRule = byVia.get('request')!.filter(row => row['fallback_action'] === 'rule')
    assert.equal(byRule.length, stand.answers.filter(({ model }) => model === null).length)
  })
})

function versionIs(version: string): (prediction: FedPrediction) => boolean {
  return ({ model }) => model?.version === version
}

function runsOf(values: readonly string[]): string[] {
  return values.filter((value, i) => value !== values[i - 1])
}

/** How Redis goes, and how it comes back. */
interface Outage {
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
}

/** Asks before, during and after an outage. Answers during one that hangs are there because of the deadline alone. */
async function askWithoutRedis(stand: Stand, { begin, end }: Outage): Promise<void> {
  const event = paymentOf('asked', '1')
  const [before] = await ask(stand, event)
  assert.equal(before!.fallback, undefined)
  await begin()
  try {
    const [during] = await ask(stand, event)
    assert.deepEqual(during!.fallback, { reason: 'store-unavailable', action: 'rule' })
    assert.deepEqual([during!.score, during!.model, during!.decision], [null, null, 'review'])
  } finally {
    await end()
  }
  await stand.scorer.ready()
  const [after] = await askUntilScored(stand, event)
  assert.deepEqual(after!.model, before!.model)
}

/** Asks again while the store is left alone. */
async function askUntilScored(stand: Stand, event: object): Promise<readonly Answer[]> {
  for (;;) {
    const answers = await ask(stand, event)
    if (answers.every(({ fallback }) => fallback === undefined)) return answers
    await delay(50)
  }
}

async function assertScored(
  { scorings }: Stand,
  prediction: PredictionFeed['streamed'][number],
): Promise<void> {
  const vector = model.inputs.map(input => prediction.features[input] ?? Number.NaN)
  const scoreBy = async (version: string) => (await scorings.get(version)!.score([vector]))[0]
  assert.equal(prediction.score, await scoreBy(prediction.model.version))
  if (prediction.shadow !== undefined)
    assert.equal(prediction.shadow.score, await scoreBy(prediction.shadow.model.version))
}

function sortedById(rows: readonly Logged[]): readonly Logged[] {
  const textOf = (row: Logged) => JSON.stringify(row)
  return rows.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
}
