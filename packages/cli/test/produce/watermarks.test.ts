import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days, hours } from '@millrace/core'
import { WatermarkSchedule } from '../../src/produce/watermarks.ts'

test('a watermark is due before the first event and with each day', () => {
  const schedule = new WatermarkSchedule()
  const times = [days(10) + 5, days(10) + hours(3), days(11) + 1, days(11) + 2, days(14)]
  assert.deepStrictEqual(
    times.map(time => schedule.before(time)),
    [days(10) + 5, undefined, days(11) + 1, undefined, days(14)],
  )
})

test('a busy day has more of them', () => {
  const schedule = new WatermarkSchedule()
  const due = Array.from({ length: 25_000 }, (_, i) => schedule.before(days(1) + i)).filter(
    time => time !== undefined,
  )
  assert.deepStrictEqual(due, [days(1), days(1) + 10_000, days(1) + 20_000])
})

test('an event that is late or has no time brings none, so that no watermark goes back', () => {
  const schedule = new WatermarkSchedule()
  assert.equal(schedule.before(undefined), undefined)
  assert.equal(schedule.before(days(5)), days(5))
  assert.equal(schedule.before(days(3)), undefined)
  assert.equal(schedule.before(days(6)), days(6))
})
