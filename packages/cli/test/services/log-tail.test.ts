import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeLogLine } from '../../src/services/log-tail.ts'

test('a log line is told in a few words', () => {
  const fatal = JSON.stringify({
    level: 'fatal',
    msg: 'cannot go on',
    err: { message: 'no model', stack: '…' },
  })
  assert.equal(describeLogLine(fatal), 'fatal: cannot go on (no model)')
  assert.equal(describeLogLine('{"level":"info","msg":"stopped"}'), 'info: stopped')
})

test('what is no log line of a service stays as it is', () => {
  for (const line of ['node: not found', '{"half":', '[1]', '17']) assert.equal(describeLogLine(line), line)
})
