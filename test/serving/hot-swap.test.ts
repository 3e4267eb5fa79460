import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { SeededRandom } from '@millrace/testkit'
import { call } from './callers.ts'
import { FAULTY_FROM } from './messages.ts'
import { ModelServer } from './model-server.ts'

const SWAPS = Number(process.env['SWAPS'] ?? 10)
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1)

/** The value that a share of the sorted values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

test(`${SWAPS} swaps and 3 rollbacks under 64 connections fail and mix no answer`, async t => {
  const server = await ModelServer.start(t)
  const load = (goOn: () => boolean) =>
    call({
      port: server.port,
      connections: 64,
      random: new SeededRandom(SEED),
      maxRows: 4,
      cancelled: 0,
      goOn,
    })
  let isQuiet = true
  const quiet = load(() => isQuiet)
  await delay(2_000)
  isQuiet = false
  const { latencies: without } = await quiet

  let goesOn = true
  const loaded = load(() => goesOn)
  for (let version = 2; version <= SWAPS + 1; version++) {
    await server.promote(version)
    await delay(100)
  }
  const rolledBack = () => server.events.filter(({ kind }) => kind === 'rolled-back').length
  for (let rollback = 1; rollback <= 3; rollback++) {
    await server.promote(FAULTY_FROM + rollback)
    while (rolledBack() < rollback) await delay(20)
  }
  goesOn = false
  const { faults, versions, answered, latencies } = await loaded
  t.diagnostic(
    `${answered} answers of ${versions.size} versions; p99 ${quantile(without, 0.99).toFixed(1)} ms without swaps, ${quantile(latencies, 0.99).toFixed(1)} ms with them`,
  )
  assert.deepStrictEqual(faults, [])
  for (let version = 1; version <= SWAPS + 1; version++)
    assert.ok(versions.has(String(version)), `${version} answered`)
  assert.equal(rolledBack(), 3)
})

test('memory stays flat however often versions are swapped', async t => {
  const server = await ModelServer.start(t)
  const swap = async (from: number, to: number) => {
    for (let version = from; version <= to; version++) await server.promote(version)
    const released = () => server.events.filter(({ kind }) => kind === 'released').length
    // The champion, the one before on probation: all others are let go of.
    while (released() < to - 2) await delay(20)
    return server.memory()
  }
  const early = await swap(2, 2 * SWAPS)
  const late = await swap(2 * SWAPS + 1, 4 * SWAPS)
  t.diagnostic(
    `${(early / 1e6).toFixed(0)} MB after ${2 * SWAPS} swaps, ${(late / 1e6).toFixed(0)} MB after ${4 * SWAPS}`,
  )
  assert.ok(late < early * 1.2, `${late} bytes, ${early} before`)
})
