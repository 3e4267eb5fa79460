import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { createLogger } from '../../src/logging/logger.ts'

function collect() {
  const lines: Record<string, unknown>[] = []
  return { lines, destination: { write: (line: string) => void lines.push(JSON.parse(line)) } }
}

test('a line is JSON with the service, an ISO time and the level as a word', () => {
  const { lines, destination } = collect()
  createLogger({ service: 'scorer', destination }).info({ port: 1 }, 'listening')
  const { time, ...rest } = lines[0]!
  assert.deepStrictEqual(rest, { level: 'info', service: 'scorer', port: 1, msg: 'listening' })
  assert.equal(new Date(String(time)).toISOString(), time)
})

test('lines below the level are left out', () => {
  const { lines, destination } = collect()
  const logger = createLogger({ service: 'scorer', level: 'warn', destination })
  logger.info('quiet')
  logger.warn('loud')
  assert.deepStrictEqual(
    lines.map(line => line['msg']),
    ['loud'],
  )
})

test('secrets are blotted out down to the fourth level', () => {
  const { lines, destination } = collect()
  const logger = createLogger({ service: 'scorer', destination })
  logger.info({
    password: 'a',
    redis: { password: 'b' },
    req: { headers: { authorization: 'c', host: 'd' } },
    err: { details: { headers: { 'x-api-key': 'e' } } },
  })
  const { password, redis, req, err } = lines[0]!
  assert.deepStrictEqual(
    { password, redis, req, err },
    {
      password: '[redacted]',
      redis: { password: '[redacted]' },
      req: { headers: { authorization: '[redacted]', host: 'd' } },
      err: { details: { headers: { 'x-api-key': '[redacted]' } } },
    },
  )
})

test('an error is logged with its code and details', () => {
  const { lines, destination } = collect()
  const err = new MillraceError('MODEL_INVALID', 'no such input', { details: { input: 'x' } })
  createLogger({ service: 'scorer', destination }).error({ err }, 'failed')
  const { code, details, message } = lines[0]!['err'] as Record<string, unknown>
  assert.deepStrictEqual(
    { code, details, message },
    { code: 'MODEL_INVALID', details: { input: 'x' }, message: 'no such input' },
  )
})
