import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { Health } from '../../src/lifecycle/health.ts'
import type { Logger } from '../../src/logging/logger.ts'
import { untilReached } from '../../src/service/until-reached.ts'

const PART = { part: 'redis', where: 'store:6379 (REDIS_URL)' }
const away = new MillraceError('STORE_UNAVAILABLE', 'away')

function startContext() {
  const logged: string[] = []
  const log = (_fields: object, message: string): void => void logged.push(message)
  const stop = new AbortController()
  const logger = { warn: log, info: log } as unknown as Logger
  return { context: { logger, health: new Health(), stopping: stop.signal }, logged, stop }
}

test('a part that is there is said to be ready, without a word in the log', async () => {
  const { context, logged } = startContext()
  assert.equal(await untilReached(PART, async () => 'reached', context), 'reached')
  assert.deepStrictEqual([context.health.state().ready, logged], [true, []])
})

test('a part that is away is logged once and named by its address and setting, then logged when it is there', async () => {
  const { context, logged } = startContext()
  let tries = 0
  let reasons: readonly string[] = []
  const reached = untilReached(
    PART,
    async () => {
      if (tries === 1) reasons = context.health.state().reasons
      if (++tries < 3) throw away
    },
    context,
  )
  await reached
  assert.deepStrictEqual(reasons, [`redis: ${PART.where} cannot be reached`])
  assert.deepStrictEqual(logged, [
    `redis at ${PART.where} cannot be reached: trying until it can`,
    `redis at ${PART.where} is reached`,
  ])
})

test('what no attempt can mend is thrown at once', async () => {
  const evicting = new MillraceError('EVICTION_ENABLED', 'evicts')
  await assert.rejects(
    untilReached(PART, () => Promise.reject(evicting), startContext().context),
    evicting,
  )
})

test('a service that is to stop waits no longer', async () => {
  const { context, stop } = startContext()
  const waiting = untilReached(PART, () => Promise.reject(away), context)
  stop.abort()
  await assert.rejects(waiting, { name: 'AbortError' })
})
