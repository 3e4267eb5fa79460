import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { days, formatClock } from '@millrace/core'
import { forEachSeed } from '@millrace/testkit'
import { Batch, partitionOfEvent } from '../../src/produce/batch.ts'
import { keepClockFile } from '../../src/simulate/clock-file.ts'
import { simulationClock, simulationStart } from '../../src/simulate/simulation-clock.ts'
import { formatMark, parseMark, SIMULATION_HEADER } from '../../src/simulate/simulation-mark.ts'
import { unsentEvents } from '../../src/simulate/unsent-events.ts'
import type { InputEvent } from '../../src/source/input-event.ts'
import { outcome, payment } from '../fixtures.ts'

const IDENTITY = { seed: 3, customers: 10, terminals: 20, start: Date.UTC(2026, 0, 1) }
const PARTITIONS = new Map([
  ['payments', 3],
  ['outcomes', 2],
])

test('a mark is read as it was written, and nothing else is taken for one', () => {
  const mark = { ...IDENTITY, number: 7 }
  assert.equal(formatMark(mark), '3/10/20/1767225600000/7')
  assert.deepEqual(parseMark('3/10/20/1767225600000/7'), mark)
  for (const text of ['', 'undefined', '1/2/3/4', '1/2/3/4/x', '1/2/3/4/5/6'])
    assert.equal(parseMark(text), undefined)
})

test('a simulation that is ended anywhere, any number of times, sends each event once, in order', async () => {
  await forEachSeed(50, async seeded => {
    const random = (): number => seeded.next()
    const events = Array.from({ length: 200 }, (_, i): InputEvent => {
      const type = random() < 0.7 ? payment : outcome
      return { type, event: { card: `c${Math.floor(random() * 9)}`, at: i }, eventTime: i }
    })
    const logs = new Map<string, InputEvent[]>()
    for (let runs = 0; runs < 5; runs++) await sendSome(events, logs, runs === 4 ? () => true : random)
    for (const [place, log] of logs) {
      const expected = events.filter(event => placeOf(event) === place)
      assert.deepEqual(
        log.map(({ event }) => event),
        expected.map(({ event }) => event),
        place,
      )
    }
    assert.equal([...logs.values()].flat().length, events.length)
  })
})

test('a record carries its mark, and its event unchanged', async () => {
  const event: InputEvent = { type: payment, event: { card: 'a' }, eventTime: 1 }
  const [marked] = await Array.fromAsync(
    unsentEvents([event], { identity: IDENTITY, last: new Map(), partitions: PARTITIONS }),
  )
  const batch = new Batch(payment, PARTITIONS)
  batch.add(marked!)
  const [message] = batch.topicMessages()[0]!.messages
  assert.deepEqual(message!.headers, { [SIMULATION_HEADER]: '3/10/20/1767225600000/0' })
  assert.equal(String(message!.value), '{"card":"a"}')
})

test('the clock of a new simulation stands shortly before the end of its history', () => {
  const clock = simulationClock({ progress: undefined, historyDays: 44, speed: 3_600, nowMs: 5 })
  const start = Date.UTC(2026, 0, 1) + days(44) - 15_000 * 3_600
  assert.deepEqual(clock, { kind: 'scaled', start, speed: 3_600, anchor: 5 })
})

test('the clock of a continued simulation goes on at the time it had come to', () => {
  const eventTime = Date.UTC(2026, 5, 1)
  const progress = { identity: IDENTITY, eventTime }
  const clock = simulationClock({ progress, historyDays: 44, speed: 60, nowMs: 5 })
  assert.deepEqual(clock, { kind: 'scaled', start: eventTime, speed: 60, anchor: 5 })
})

test('a simulation that ended amid its history still sends the rest of it at once', () => {
  const progress = { identity: IDENTITY, eventTime: IDENTITY.start + days(3) }
  const clock = simulationClock({ progress, historyDays: 44, speed: 1, nowMs: 5 })
  assert.deepEqual(clock, { kind: 'scaled', start: IDENTITY.start + days(44) - 15_000, speed: 1, anchor: 5 })
})

test('the clock of a simulation at work stays, and one that ended gets another', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-clock-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'clock.env')
  const nowMs = Date.UTC(2026, 10, 21)
  const keep = (ago: number | undefined, speed = 60) => {
    const progress =
      ago === undefined ? undefined : { identity: IDENTITY, eventTime: nowMs, sentAt: nowMs - ago }
    return keepClockFile(file, { progress, historyDays: 44, speed, nowMs })
  }
  const first = await keep(undefined)
  assert.equal(await readFile(file, 'utf8'), `CLOCK=${formatClock(first)}\n`)
  assert.deepEqual(await keep(59_999), first)
  assert.equal(((await keep(59_999, 61)) as { speed: number }).speed, 61)
  await writeFile(file, `CLOCK=${formatClock(first)}\n`)
  assert.deepEqual(await keep(60_000), { kind: 'scaled', start: nowMs, speed: 60, anchor: nowMs })
  await writeFile(file, 'CLOCK=soon\n')
  assert.deepEqual(await keep(0), { kind: 'scaled', start: nowMs, speed: 60, anchor: nowMs })
})

test('on the wall clock the history ends today', () => {
  const now = Date.UTC(2026, 10, 21, 16)
  assert.equal(simulationStart({ kind: 'wall' }, 44, now), Date.UTC(2026, 9, 8))
})

/** Sends what is unsent until it is ended: of the last send, some partitions have got more than others. */
async function sendSome(
  events: readonly InputEvent[],
  logs: Map<string, InputEvent[]>,
  proceeds: () => number | boolean,
): Promise<void> {
  const closed = new Set<string>()
  const last = lastOf(logs)
  for await (const event of unsentEvents(events, { identity: IDENTITY, last, partitions: PARTITIONS })) {
    const place = placeOf(event)
    const went = proceeds()
    if (went !== true && Number(went) < 0.02) closed.add(place)
    if (closed.size === 5) return
    if (!closed.has(place)) logs.set(place, [...(logs.get(place) ?? []), event])
  }
}

function lastOf(logs: ReadonlyMap<string, readonly InputEvent[]>): Map<string, Map<number, number>> {
  const last = new Map<string, Map<number, number>>()
  for (const [place, log] of logs) {
    const [topic, partition] = place.split('/')
    const mark = parseMark(log.at(-1)!.headers![SIMULATION_HEADER]!)!
    last.set(topic!, (last.get(topic!) ?? new Map()).set(Number(partition), mark.number))
  }
  return last
}

function placeOf(event: InputEvent): string {
  const { topic } = event.type
  return `${topic}/${partitionOfEvent(event, PARTITIONS.get(topic)!)}`
}
