import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days } from '@millrace/core'
import { loadHandbook, loadSimulator } from '../../src/source/load-companion.ts'
import { simulationInput } from '../../src/source/simulation-input.ts'
import { pipeline } from '../fixtures.ts'
import { collect, temporaryFile } from '../input/files.ts'

const START = Date.UTC(2026, 0, 1)
const SIMULATION = {
  events: undefined,
  historyDays: 2,
  customers: 1,
  terminals: 1,
  seed: 1,
  drift: undefined,
  speed: undefined,
  order: undefined,
}

/** A payment every half day, and its outcome with it. */
const simulator = {
  *simulate({ start }: { readonly start: number }) {
    for (let i = 0; ; i++) {
      const at = start + days(i / 2)
      yield { type: 'payment', event: { paymentId: `${i}`, at } }
      yield { type: 'outcome', event: { paymentId: `${i}`, at } }
    }
  },
}

test('a simulation counts its events after the history', async () => {
  const input = await simulationInput(pipeline, simulator, { ...SIMULATION, events: 2 })
  const events = await collect(input.events())
  assert.deepStrictEqual(
    events.slice(-3).map(({ type, event }) => `${type.name} ${event['paymentId']}`),
    ['payment 4', 'outcome 4', 'payment 5'],
  )
  assert.deepStrictEqual(input.example, { paymentId: '0', at: START })
})

test('the clock of a simulation reaches the end of the history after the warm-up', async () => {
  const { clock, historyEnd } = await simulationInput(pipeline, simulator, { ...SIMULATION, speed: 3_600 })
  assert.deepStrictEqual(clock, { start: historyEnd - 15_000 * 3_600, speed: 3_600 })
})

test('at speed max the clock stands a week behind the last event', async () => {
  const options = { ...SIMULATION, events: 2, speed: 'max' } as const
  const { clock, isReplay } = await simulationInput(pipeline, simulator, options)
  assert.deepStrictEqual([clock, isReplay], [{ start: START + days(2.5) + days(7), speed: 1 }, true])
})

test('a pipeline without a simulator or a handbook says so', async t => {
  const file = await temporaryFile(t, 'pipeline.ts', '')
  await assert.rejects(loadSimulator(file), {
    code: 'CONFIG_INVALID',
    message: /^The pipeline cannot be simulated: .*simulator\.ts is not there\.$/,
  })
  await assert.rejects(loadHandbook(file), {
    code: 'CONFIG_INVALID',
    message: /^The pipeline cannot read --input: .*handbook\.ts is not there\.$/,
  })
  const empty = await temporaryFile(t, 'handbook.ts', 'export const HANDBOOK_FEATURES = {}')
  await assert.rejects(loadHandbook(empty), { message: /does not export handbookRowToEvents\.$/ })
})
