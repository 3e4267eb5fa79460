import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { ByteWriter, type EventType, type EventValues, ViewEngine } from '../../src/index.ts'
import { hashText } from '../../src/partition/murmur2.ts'
import { type ArrivedEvent, card, payment, randomEvents, refund } from './random-events.ts'

/** The aggregated fields of each source in the order of the features, as version 1 kept them. */
const FIELDS: readonly (readonly [EventType, readonly string[]])[] = [
  [refund, ['amount', 'granted']],
  [payment, ['amount', 'weight', 'items', 'online']],
]

/** What version 1 wrote for the entity `c` of the view `card`. */
function encodeV1(arrived: readonly ArrivedEvent[], recent: readonly ArrivedEvent[]): Uint8Array {
  const writer = new ByteWriter()
  writer.byte(1)
  writer.float64(Math.max(...arrived.map(({ time }) => time)))
  for (const [source, fields] of FIELDS) {
    const events = arrived.filter(item => item.source === source).toSorted((a, b) => a.time - b.time)
    writer.float64(Number.NEGATIVE_INFINITY)
    writer.varint(events.length)
    let previous = 0
    for (const { time, event } of events) {
      writer.signed(time - previous)
      previous = time
      for (const field of fields) encodeField(writer, field, event)
    }
  }
  writer.varint(recent.length)
  for (const { time, event } of recent) {
    writer.uint32(hashText(String(event[payment.id])))
    writer.float64(time)
  }
  return writer.finish()
}

function encodeField(writer: ByteWriter, field: string, event: EventValues): void {
  const value = event[field]
  if (field === 'weight') writer.float64(value as number)
  else if (field === 'amount') writer.signed(Math.round((value as number) * 100))
  else writer.signed(Number(value))
}

test('a state of version 1 is read, and goes on as if it had been written today', async () => {
  await forEachSeed(20, random => {
    const engine = new ViewEngine(card, payment)
    const arrived = randomEvents(random, 40, 10).filter(({ time }) => time > 0)
    const today = engine.init()
    for (const { source, event } of arrived) engine.add(today, source, event)
    const payments = arrived.filter(({ source }) => source === payment)
    const remembered = payments.slice(payments.length - engine.recentIdsOf(today))
    const migrated = engine.decode(encodeV1(arrived, remembered))

    const later = randomEvents(random, 10, 10)
    for (const { source, event } of later) {
      engine.add(today, source, event)
      engine.add(migrated, source, event)
    }
    const values = [today, migrated].map(state => {
      const out: number[] = []
      return { evaluation: engine.evaluate(state, engine.latestOf(state), out, 0), out }
    })
    assert.deepStrictEqual(values[1]!.out, values[0]!.out)
    assert.equal(engine.recentIdsOf(migrated), engine.recentIdsOf(today))
    for (const { source, event } of [...arrived, ...later]) {
      if (source === payment) assert.equal(engine.includes(migrated, event), engine.includes(today, event))
    }
    assert.equal(engine.encode(migrated)[0], 2)
  })
})
