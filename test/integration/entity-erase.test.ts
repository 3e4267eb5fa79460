import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { type AuditRecord, topics } from '@millrace/core'
import { FeatureLookup, RedisStateReader } from '@millrace/platform/online'
import { SeededRandom } from '@millrace/testkit'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { foreignPartition, produce, type RawRecord, watermarkRecords } from '../harness/raw-topics.ts'
import { readTopic } from '../harness/read-topic.ts'
import pipeline, { visit } from '../harness/visit-pipeline.ts'

const FILE = resolve(import.meta.dirname, '../harness/visit-pipeline.ts')

const VISITORS = ['a', 'b', 'c', 'd', 'e']
const PAGES = ['p', 'q', 'r', 's']

let visits = 0

/** Visits of page `p`, by visitor; null is a tombstone. */
async function send(deployment: Deployment, rows: readonly (readonly [visitor: string, null?])[]) {
  const records = rows.map(([visitor, tombstone]) => {
    const event = { visitId: `v${visits++}`, at: TEST_NOW - 60_000 + visits, visitor, page: 'p' }
    const partition = foreignPartition(visitor, deployment.rawPartitions)
    const value = tombstone === null ? null : JSON.stringify(event)
    return { topic: visit.topic, partition, key: visitor, value }
  })
  await produce(deployment.kafka, records)
}

/** The count of each view's entity, null where nothing is known of it. */
async function countsOf({ redis }: Deployment, visitors: readonly string[]): Promise<(number | null)[]> {
  const lookup = new FeatureLookup(pipeline, new RedisStateReader(redis, pipeline.namespace))
  const [pages, found] = await lookup.lookUp(
    [
      { view: lookup.views.get('page')!, entities: ['p'] },
      { view: lookup.views.get('visitor')!, entities: visitors },
    ],
    TEST_NOW,
  )
  return [...pages!, ...found!].map(({ newest, values }) => (newest === null ? null : (values[0] as number)))
}

function erase(deployment: Deployment, visitor: string, ...options: readonly string[]) {
  return deployment.millrace('entity', 'erase', '--view', 'visitor', '--entity', visitor, ...options)
}

test('an erased entity is unknown at once and counts from zero, also when the builder ended in between', async t => {
  const deployment = await Deployment.start(t, {
    order: 'arrival',
    pipeline: { declared: pipeline, file: FILE },
  })
  const [, builder] = await deployment.run('ingestor', 'feature-builder')
  await send(deployment, [['a'], ['b'], ['a'], ['a'], ['b']])
  await deployment.drained()
  assert.deepEqual(await countsOf(deployment, ['a', 'b']), [5, 3, 2])

  await t.test('without a builder the request waits in the log, and nothing has changed', async () => {
    await builder!.kill()
    await send(deployment, [['a']])
    await deployment.drained(deployment.stagesOf('ingestor'))
    const { code, stderr } = await erase(deployment, 'a', '--wait', '0')
    assert.equal(code, 1, stderr)
    assert.match(stderr, /^ERASE_PENDING: /)
    assert.deepEqual(await countsOf(deployment, ['a', 'b']), [5, 3, 2])
  })

  await t.test('the builder carries it out in its turn, and the next request when it is sent', async () => {
    builder!.restart()
    await builder!.ready()
    await deployment.drained()
    // The visit that waited came through the page's stage, and so behind the request.
    assert.deepEqual(await countsOf(deployment, ['a', 'b']), [6, 1, 2])
    const { code, stdout, stderr } = await erase(deployment, 'a', '--reason', 'asked for', '--by', 'test')
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^Erased: the view "visitor" knows nothing of this visitor any more/)
    assert.deepEqual(await countsOf(deployment, ['a', 'b']), [6, null, 2])
  })

  await t.test('later events count from zero', async () => {
    await send(deployment, [['a'], ['b'], ['a']])
    await deployment.drained()
    assert.deepEqual(await countsOf(deployment, ['a', 'b']), [9, 2, 3])
  })

  await t.test('a tombstone erases the entity that its key names', async () => {
    await send(deployment, [['b', null]])
    await deployment.drained()
    assert.deepEqual(await countsOf(deployment, ['a', 'b']), [9, 2, null])
    await send(deployment, [['b']])
    await deployment.drained()
    assert.deepEqual(await countsOf(deployment, ['a', 'b']), [10, 2, 1])
  })

  await t.test('features are explained and recomputed without what was erased', async () => {
    const args = ['--view', 'visitor', '--feature', 'visitor_count_1d', '--at', String(TEST_NOW), '--all']
    const told = await deployment.printed('features', 'explain', 'a', ...args)
    assert.match(told, /^recomputed +2, from 2 of 6 events up to then\nerased +4 of these events$/m)
    assert.match(told, /^served +2$/m)
    // Visits of several partitions come in any order under this one, which shows in the counts of their page.
    const { stdout } = await deployment.millrace('parity')
    assert.match(stdout, /^logged = recomputed: 10 vectors compared/m)
    assert.doesNotMatch(stdout, /visitor_count_1d/)
  })

  await t.test('the audit has who asked, when and why, and the entity as a hash', async () => {
    const found = await readTopic(deployment.kafka, topics.auditTopic(pipeline), all => all.length >= 3)
    const audit = found.map(({ value }): AuditRecord => JSON.parse(String(value)))
    assert.deepEqual(
      audit.map(({ action, outcome, view, reason }) => [action, outcome, view, reason]),
      [
        ['entity-erase', 'requested', 'visitor', null],
        ['entity-erase', 'requested', 'visitor', 'asked for'],
        ['entity-erase', 'done', 'visitor', 'asked for'],
      ],
    )
    const [pending, requested, done] = audit
    assert.deepEqual(done, { ...requested, outcome: 'done', at: done!.at })
    assert.notEqual(pending!.id, done!.id)
    assert.equal(done!.by, 'test')
    assert.ok(done!.at >= requested!.at)
    const hash = createHash('sha256').update(`${done!.entity.salt}a`).digest('hex')
    assert.equal(done!.entity.sha256, hash)
  })
})

test('in a replay a tombstone erases what happened before it, whichever way the events took', async t => {
  const deployment = await Deployment.start(t, {
    order: 'strict',
    pipeline: { declared: pipeline, file: FILE },
  })
  const { rawPartitions: partitions, kafka } = deployment
  await deployment.run('ingestor', 'feature-builder')
  const { records, counts } = randomVisits(new SeededRandom(5), partitions)
  await produce(kafka, [...records, ...watermarkRecords(visit.topic, partitions, 'end')])
  await deployment.settled()
  const [, ...counted] = await countsOf(deployment, VISITORS)
  assert.deepEqual(
    counted.map(count => count ?? 0),
    counts,
  )
  const compared = records.filter(({ value }) => value !== null).length
  const told = await deployment.printed('parity')
  assert.match(told, new RegExp(`^logged = recomputed: ${compared} vectors compared, 0 differ\\.$`, 'm'))
})

/** Visits at times of their own with tombstones among them, and what each visitor counts at the end. */
function randomVisits(random: SeededRandom, partitions: number) {
  const counts = new Map(VISITORS.map(visitor => [visitor, 0]))
  const records: RawRecord[] = []
  for (let i = 0; i < 400; i++) {
    const visitor = random.pick(VISITORS)
    const place = { topic: visit.topic, partition: foreignPartition(visitor, partitions), key: visitor }
    const event = { visitId: `r${i}`, at: TEST_NOW - 60_000 + i, visitor, page: random.pick(PAGES) }
    const isTombstone = random.chance(0.08)
    records.push({ ...place, value: isTombstone ? null : JSON.stringify(event) })
    counts.set(visitor, isTombstone ? 0 : counts.get(visitor)! + 1)
  }
  return { records, counts: VISITORS.map(visitor => counts.get(visitor)!) }
}
