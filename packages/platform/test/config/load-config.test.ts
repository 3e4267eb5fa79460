import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError, WALL_CLOCK } from '@millrace/core'
import { loadConfig } from '../../src/config/load-config.ts'
import { toggle, wholeNumber } from '../../src/config/plain-fields.ts'
import { sharedConfig } from '../../src/config/shared-config.ts'
import { edgeConfig } from '../../src/http/edge-config.ts'

const COMPLETE = {
  KAFKA_BROKERS: 'localhost:9092, broker-2:9093',
  REDIS_URL: 'redis://:secret@localhost:6379/1',
  SCHEMA_REGISTRY_URL: 'http://localhost:8081/apis/ccompat/v7',
  PIPELINE: 'pipelines/card-fraud/pipeline.ts',
}

function faultsOf(load: () => unknown): unknown {
  try {
    load()
  } catch (error) {
    assert.ok(error instanceof MillraceError)
    assert.equal(error.code, 'CONFIG_INVALID')
    return error.details['faults']
  }
  return []
}

test('a complete environment becomes a frozen configuration with defaults', () => {
  const config = loadConfig(sharedConfig, { ...COMPLETE, PATH: '/bin', LOG_LEVEL: '' })
  assert.deepStrictEqual(config, {
    ...COMPLETE,
    KAFKA_TLS: false,
    KAFKA_BROKERS: ['localhost:9092', 'broker-2:9093'],
    ...edgeConfig.parse({}),
    LOG_LEVEL: 'info',
    CLOCK: WALL_CLOCK,
    ORDER: 'arrival',
    SESSION_TIMEOUT_MS: 30_000,
    STATE_CACHE_BYTES: 64_000_000,
    DRAIN_DELAY_MS: 0,
    DRAIN_TIMEOUT_MS: 25_000,
  })
  assert.ok(Object.isFrozen(config))
})

test('every fault is listed at once, without the values', () => {
  const faults = faultsOf(() =>
    loadConfig(sharedConfig, {
      KAFKA_BROKERS: 'localhost',
      REDIS_URL: 'http://user:secret@localhost',
      PIPELINE: '',
      HTTP_PORT: '65536',
      LOG_LEVEL: 'loud',
      CLOCK: 'noon',
      ORDER: 'random',
      SESSION_TIMEOUT_MS: '1e4',
      STATE_CACHE_BYTES: '32MB',
    }),
  )
  assert.deepStrictEqual(faults, [
    'KAFKA_BROKERS: must be host:port, several separated by commas',
    'REDIS_URL: must be an address redis://…, rediss://…, redis+cluster://… or rediss+cluster://…',
    'SCHEMA_REGISTRY_URL: is not set',
    'PIPELINE: is not set',
    'HTTP_PORT: must be a whole number from 0 to 65535',
    'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent',
    'CLOCK: must be "wall" or START@SPEED@ANCHOR',
    'ORDER: must be arrival or strict',
    'SESSION_TIMEOUT_MS: must be a whole number from 1000 to 300000',
    'STATE_CACHE_BYTES: must be a whole number from 100000 to 100000000000',
  ])
})

test('a service adds fields of its own', () => {
  const schema = sharedConfig.extend({
    BATCH: wholeNumber({ min: 1, max: 9 }),
    EXPLAIN: toggle().default(false),
  })
  const { BATCH, EXPLAIN } = loadConfig(schema, { ...COMPLETE, BATCH: '7' })
  assert.deepStrictEqual({ BATCH, EXPLAIN }, { BATCH: 7, EXPLAIN: false })
  assert.deepStrictEqual(
    faultsOf(() => loadConfig(schema, { ...COMPLETE, BATCH: '10', EXPLAIN: 'yes' })),
    ['BATCH: must be a whole number from 1 to 9', 'EXPLAIN: must be true or false'],
  )
})

test('a scaled clock is read from its text form', () => {
  const { CLOCK } = loadConfig(sharedConfig, { ...COMPLETE, CLOCK: '1000@60@2000' })
  assert.deepStrictEqual(CLOCK, { kind: 'scaled', start: 1000, speed: 60, anchor: 2000 })
})
