import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { Health } from '../../src/lifecycle/health.ts'
import type { Logger } from '../../src/logging/logger.ts'
import { StageReporter } from '../../src/service/stage-reporter.ts'
import type { StageObserver } from '../../src/stage/stage-observer.ts'

const storeAway = new MillraceError('STORE_UNAVAILABLE', 'away')
const kafkaAway = new MillraceError('PUBLISH_FAILED', 'away')

const SILENT: StageObserver = {
  handled() {},
  published() {},
  received() {},
  repeatsSkipped() {},
  phase() {},
  cached() {},
  refused() {},
  rebuilding() {},
  newEpoch() {},
  topicsMissing() {},
  heard() {},
  fetched() {},
  assigned() {},
  stands() {},
  committed() {},
  rebalanced() {},
  retrying() {},
  recovered() {},
}

function startReporter(t: TestContext, inner: Partial<StageObserver> = {}) {
  const logged: string[] = []
  const log = (_fields: object, message: string): void => void logged.push(message)
  const health = new Health()
  const context = { logger: { warn: log, info: log, error: log } as unknown as Logger, health }
  const reporter = new StageReporter('score', { ...SILENT, ...inner }, context)
  t.after(() => reporter.stop())
  return { observer: reporter.observer, reporter, health, logged }
}

test('a stage is ready when it has read from its partitions', t => {
  const { observer, health } = startReporter(t)
  assert.deepStrictEqual(health.state().reasons, ['score: joining its group'])
  observer.assigned([0])
  assert.deepStrictEqual(health.state().reasons, ['score: reading for the first time'])
  observer.fetched()
  assert.equal(health.state().ready, true)
})

test('a stage that gets no partition is ready: it stands by', t => {
  const { observer, health } = startReporter(t)
  observer.assigned([])
  assert.equal(health.state().ready, true)
})

test('a stage stays ready while partitions move', t => {
  const { observer, health } = startReporter(t)
  observer.assigned([0])
  observer.fetched()
  for (const partitions of [[], [1, 2]]) {
    observer.assigned(partitions)
    assert.equal(health.state().ready, true)
  }
})

test('a trouble is logged when it begins and when it ends, however often the stage tries', t => {
  const retried: unknown[] = []
  const { observer, logged } = startReporter(t, { retrying: error => void retried.push(error) })
  for (let i = 0; i < 5; i++) observer.retrying(storeAway)
  observer.recovered()
  assert.deepStrictEqual(logged, ['a round failed and is tried until it succeeds', 'back at work'])
  assert.equal(retried.length, 5)
})

test('a trouble of another part is logged as well, and the reason names the part of now', t => {
  const { observer, health, logged } = startReporter(t)
  observer.retrying(storeAway)
  observer.retrying(kafkaAway)
  assert.equal(logged.length, 2)
  assert.deepStrictEqual(health.state().reasons, [
    'score: joining its group',
    'kafka (rounds of score): the last one failed',
  ])
})

test('partitions that are assigned during a trouble do not make the stage ready', t => {
  const { observer, health } = startReporter(t)
  observer.retrying(storeAway)
  observer.assigned([0])
  assert.deepStrictEqual(health.state().reasons, [
    'score: reading for the first time',
    'redis (rounds of score): the last one failed',
  ])
  observer.fetched()
  observer.recovered()
  assert.equal(health.state().ready, true)
})

test('a stage that is stopped takes its word back', t => {
  const { observer, health, reporter } = startReporter(t)
  observer.assigned([])
  observer.topicsMissing(['raw'])
  observer.retrying(storeAway)
  reporter.stop()
  assert.equal(health.state().ready, true)
})
