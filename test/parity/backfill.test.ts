import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import pipeline, { label, transaction } from '@millrace/card-fraud'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days, type EventValues } from '@millrace/core'
import { borderCases, handbookFeatures } from '@millrace/testkit'
import { readVectors, writeEvents } from '../harness/backfill-files.ts'
import { streamVectors } from '../harness/stream-vectors.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const START = Date.UTC(2026, 0, 1)
const SIMULATION = { seed: 1, customers: 60, terminals: 120, start: START, days: 45 }

for (const workers of [1, 3]) {
  test(`a backfill by ${workers} worker(s) equals the batch result and, bit for bit, the stream`, async t => {
    await assertParity(t, [...simulate(SIMULATION)], workers)
  })
}

test('a backfill of ties and of events on borders equals the batch result and the stream', async t => {
  const { transactions, labels } = borderCases(START + days(60))
  await assertParity(t, eventsOf(transactions, labels), 2)
})

test('a killed backfill goes on with what was not finished, and ends with the same files', async t => {
  const folder = await inputs(t, [...simulate(SIMULATION)])
  assert.equal(await exitOf(backfill(folder, 'whole', 1)), 0)
  const killed = backfill(folder, 'killed', 1)
  const finished = await firstPieces(killed, join(folder, 'killed', '.backfill'))
  assert.ok(finished > 0)
  await assert.rejects(readVectors(join(folder, 'killed')), { code: 'ENOENT' })
  const again = backfill(folder, 'killed', 2)
  const told = textOf(again)
  assert.equal(await exitOf(again), 0)
  assert.match(await told, /Taken over from an earlier run: [1-9]\d* pieces/)
  assert.deepEqual(await filesIn(join(folder, 'killed')), await filesIn(join(folder, 'whole')))
})

test('pieces that were changed are not taken over', async t => {
  const folder = await inputs(t, [...simulate({ ...SIMULATION, days: 20 })])
  assert.equal(await exitOf(backfill(folder, 'whole', 1)), 0)
  const killed = backfill(folder, 'killed', 1)
  await firstPieces(killed, join(folder, 'killed', '.backfill'))
  await spoilPieces(join(folder, 'killed', '.backfill'))
  assert.equal(await exitOf(backfill(folder, 'killed', 1)), 0)
  assert.deepEqual(await filesIn(join(folder, 'killed')), await filesIn(join(folder, 'whole')))
})

test('pieces of other events are not taken over', async t => {
  const folder = await inputs(t, [...simulate({ ...SIMULATION, days: 20 })])
  await firstPieces(backfill(folder, 'killed', 1), join(folder, 'killed', '.backfill'))
  await writeInputs(folder, [...simulate({ ...SIMULATION, seed: 2, days: 20 })])
  const again = backfill(folder, 'killed', 1)
  const told = textOf(again)
  assert.equal(await exitOf(again), 0)
  assert.doesNotMatch(await told, /Taken over/)
  assert.equal(await exitOf(backfill(folder, 'whole', 1)), 0)
  assert.deepEqual(await filesIn(join(folder, 'killed')), await filesIn(join(folder, 'whole')))
})

async function assertParity(t: TestContext, events: SimulatedEvent[], workers: number): Promise<void> {
  const transactions = events.flatMap(item => (item.type === 'transaction' ? [item.event] : []))
  const labels = events.flatMap(item => (item.type === 'label' ? [item.event] : []))
  const folder = await inputs(t, events)
  assert.equal(await exitOf(backfill(folder, 'vectors', workers)), 0)
  const rows = await readVectors(join(folder, 'vectors'))
  const stream = await streamVectors(pipeline, events)
  const expected = handbookFeatures(transactions, labels)
  assert.equal(rows.length, transactions.length)
  const found = new Map(rows.map(row => [row['transactionId'], row]))
  transactions.forEach(({ transactionId }, i) => {
    const row = found.get(transactionId)!
    const { vector, featureTimes, truncated } = stream.get(transactionId)!
    const { inputs } = pipeline.model
    assert.deepStrictEqual(
      inputs.map(name => row[name]),
      [...vector],
    )
    assert.deepStrictEqual([row['customer_feature_time'], row['terminal_feature_time']], [...featureTimes])
    assert.equal(row['truncated'], truncated)
    for (const [name, value] of Object.entries(expected[i]!)) {
      const tolerance = name.includes('mean') ? 1e-9 : 0
      assert.ok(Math.abs((row[name] as number) - value) <= tolerance, `${transactionId} ${name}`)
    }
  })
}

/** A folder with the events as two Parquet files; it is gone when the test is over. */
async function inputs(t: TestContext, events: readonly SimulatedEvent[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-backfill-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeInputs(folder, events)
  return folder
}

async function writeInputs(folder: string, events: readonly SimulatedEvent[]): Promise<void> {
  for (const type of [transaction, label]) {
    const ofType = events.filter(item => item.type === type.name).map(item => item.event as never)
    await writeEvents(join(folder, `${type.name}.parquet`), type, ofType as EventValues[])
  }
}

function backfill(folder: string, output: string, workers: number): ChildProcess {
  const args = [
    ...['--pipeline', join(ROOT, 'pipelines/card-fraud/pipeline.ts')],
    ...['--input', join(folder, 'transaction.parquet')],
    ...['--input', `label=${join(folder, 'label.parquet')}`],
    ...['--output', join(folder, output), '--workers', String(workers)],
  ]
  const script = join(ROOT, 'packages/cli/src/main.ts')
  return spawn(process.execPath, [script, 'backfill', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  child.stdout!.resume()
  return (await once(child, 'exit'))[0]
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout!) text += chunk
  return text
}

/** Kills a backfill as soon as it has finished a piece of work; answers how many there are. */
async function firstPieces(child: ChildProcess, folder: string): Promise<number> {
  for (;;) {
    const pieces = (await listed(folder)).filter(file => /\.[0-9a-f]{64}$/.test(file))
    if (pieces.length === 0) continue
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    return pieces.length
  }
}

async function listed(folder: string): Promise<string[]> {
  return readdir(folder, { recursive: true }).catch(() => [])
}

async function spoilPieces(folder: string): Promise<void> {
  for (const file of await listed(folder)) {
    if (/view-.*\.[0-9a-f]{64}$/.test(file)) await writeFile(join(folder, file), 'spoilt')
  }
}

async function filesIn(folder: string): Promise<[string, Buffer][]> {
  const files = (await readdir(folder)).toSorted()
  return Promise.all(files.map(async file => [file, await readFile(join(folder, file))] as [string, Buffer]))
}

function eventsOf(
  transactions: ReturnType<typeof borderCases>['transactions'],
  labels: ReturnType<typeof borderCases>['labels'],
): SimulatedEvent[] {
  return [
    ...transactions.map(event => ({ type: 'transaction', event }) as const),
    ...labels.map(event => ({ type: 'label', event }) as const),
  ]
}
