import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days } from '@millrace/core'
import type { Kafka, ProducerBatch, RecordMetadata } from 'kafkajs'
import { Sender, type SenderOptions } from '../../src/produce/sender.ts'
import type { InputEvent } from '../../src/source/input-event.ts'
import { payment } from '../fixtures.ts'

/** A broker that keeps what it is sent: for each send the values and watermarks of its records, in their order. */
class FakeKafka {
  readonly sends: string[][] = []
  readonly #ends = new Map<number, number>()

  producer(): object {
    return { connect: async () => {}, disconnect: async () => {}, sendBatch: this.#append }
  }

  #append = async ({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> => {
    const { topic, messages } = topicMessages[0]!
    this.sends.push(messages.map(({ value, headers }) => String(value ?? headers?.['millrace-watermark'])))
    const counts = Map.groupBy(messages, message => message.partition!)
    return [...counts].map(([partition, records]) => {
      const end = this.#ends.get(partition) ?? 0
      this.#ends.set(partition, end + records.length)
      return { topicName: topic, partition, errorCode: 0, baseOffset: String(end) }
    })
  }
}

const eventAt = (at: number): InputEvent => ({ type: payment, event: { at }, eventTime: at })

async function* eventsAt(...times: readonly number[]): AsyncGenerator<InputEvent> {
  yield* times.map(eventAt)
}

async function connect(kafka: FakeKafka, changes: Partial<SenderOptions>): Promise<Sender> {
  return Sender.connect({
    kafka: kafka as unknown as Kafka,
    scored: payment,
    partitions: new Map([['payments', 1]]),
    order: 'arrival',
    clock: { now: () => Number.POSITIVE_INFINITY },
    speed: 1,
    isFull: () => false,
    onSent: () => {},
    signal: new AbortController().signal,
    ...changes,
  })
}

test('what is due goes out together, and its acknowledgement is told with the offsets', async () => {
  const kafka = new FakeKafka()
  const told: unknown[] = []
  const sender = await connect(kafka, { onSent: events => told.push(events) })
  await sender.sendAll(eventsAt(1, 2))
  await sender.sendAll(eventsAt(3))
  assert.deepStrictEqual(kafka.sends, [['{"at":1}', '{"at":2}'], ['{"at":3}']])
  assert.deepStrictEqual(told, [
    [
      { partition: 0, offset: 0, event: { at: 1 } },
      { partition: 0, offset: 1, event: { at: 2 } },
    ],
    [{ partition: 0, offset: 2, event: { at: 3 } }],
  ])
})

test('no event is sent before the clock has reached its time', async () => {
  const kafka = new FakeKafka()
  let now = 10
  const sentWhen: number[] = []
  const sender = await connect(kafka, {
    clock: { now: () => now++ },
    onSent: () => sentWhen.push(now),
  })
  await sender.sendAll(eventsAt(5, 20, 25))
  assert.deepStrictEqual(kafka.sends, [['{"at":5}'], ['{"at":20}'], ['{"at":25}']])
  assert.ok(sentWhen[0]! < 20 && sentWhen[1]! >= 20 && sentWhen[2]! >= 25)
})

test('under strict order watermarks go along, and the end in the end', async () => {
  const kafka = new FakeKafka()
  const sender = await connect(kafka, { order: 'strict' })
  await sender.sendAll(eventsAt(days(1), days(1) + 5, days(2)))
  assert.deepStrictEqual(kafka.sends, [
    ['86400000', '{"at":86400000}', '{"at":86400005}', '172800000', '{"at":172800000}', 'end'],
  ])
})

test('sending waits while too much is under way, and ends with the run', async () => {
  const kafka = new FakeKafka()
  const controller = new AbortController()
  let asked = 0
  const isFull = (): boolean => {
    if (++asked === 3) controller.abort()
    return true
  }
  const sender = await connect(kafka, { isFull, signal: controller.signal })
  await assert.rejects(sender.sendAll(eventsAt(1)), { name: 'AbortError' })
  assert.deepStrictEqual(kafka.sends, [])
})
