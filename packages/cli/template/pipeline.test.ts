import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hours, minutes } from '@millrace/core'
import { PipelineDriver } from '@millrace/testkit'
import pipeline, { machine, reading, repair } from './pipeline.ts'

const PRESS = { machineId: 'press-7', siteId: 'north', temperature: 44 }

test('the mean vibration forgets what is six hours old', () => {
  const driver = new PipelineDriver(pipeline)
  driver.send(reading, { ...PRESS, readingId: 'a', vibration: 8 })
  driver.clock.advance(hours(3))
  driver.send(reading, { ...PRESS, readingId: 'b', vibration: 2 })
  assert.equal(driver.features(machine, 'press-7').machine_mean_vibration_6h, 5)
  driver.clock.advance(hours(3))
  assert.equal(driver.features(machine, 'press-7').machine_mean_vibration_6h, 2)
})

test('a breakdown counts from its report on', () => {
  const driver = new PipelineDriver(pipeline)
  driver.send(repair, { reportId: 'r', machineId: 'press-7', wasBreakdown: true })
  driver.clock.advance(minutes(1))
  const { features } = driver.request({ ...PRESS, readingId: 'a', vibration: 2 })
  assert.equal(features['machine_breakdown_share_7d'], 1)
})

test('a reading that cannot be is refused', () => {
  const sent = new PipelineDriver(pipeline).send(reading, { ...PRESS, readingId: 'a', vibration: -1 })
  assert.equal(sent.accepted || sent.rejection.reason, 'OUT_OF_RANGE')
})
