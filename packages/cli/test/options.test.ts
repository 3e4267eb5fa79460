import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readStartOptions } from '../src/commands/start-options.ts'
import { UsageError } from '../src/usage.ts'

function refuses(args: readonly string[], message: RegExp): void {
  assert.throws(
    () => readStartOptions(args),
    (error: unknown) => error instanceof UsageError && message.test(error.message),
  )
}

test('without options the simulation runs without an end', () => {
  const { pipelineFile, ...options } = readStartOptions([])
  assert.match(pipelineFile, /pipelines\/card-fraud\/pipeline\.ts$/)
  assert.deepStrictEqual(options, {
    input: {
      kind: 'simulation',
      events: undefined,
      historyDays: undefined,
      customers: 1_000,
      terminals: 2_000,
      seed: 1,
      drift: undefined,
    },
    vectors: undefined,
    speed: undefined,
    order: undefined,
    partitions: 4,
    builders: 1,
    keep: false,
  })
})

test('every option of the simulation is read', () => {
  const args = '--events 5 --speed 1.5 --history 0.5 --customers 2 --terminals 3 --seed 0'.split(' ')
  const more =
    '--drift-from-day 10 --drift-factor 2.5 --order strict --partitions 8 --builders 2 --keep'.split(' ')
  const { input, speed, order, partitions, builders, keep } = readStartOptions([...args, ...more])
  assert.deepStrictEqual(input, {
    kind: 'simulation',
    events: 5,
    historyDays: 0.5,
    customers: 2,
    terminals: 3,
    seed: 0,
    drift: { fromDay: 10, amountFactor: 2.5 },
  })
  assert.deepStrictEqual([speed, order, partitions, builders, keep], [1.5, 'strict', 8, 2, true])
})

test('a file is read with its own options', () => {
  const { input, vectors, speed } = readStartOptions(['--input', 'a.csv', '--vectors', 'b', '--speed', 'max'])
  assert.deepStrictEqual(input, { kind: 'file', path: 'a.csv', events: undefined })
  assert.deepStrictEqual([vectors, speed], ['b', 'max'])
})

test('unknown options, stray arguments and missing values are refused', () => {
  refuses(['--evnts', '5'], /Unknown option '--evnts'/)
  refuses(['20000'], /Unexpected argument '20000'/)
  refuses(['--events'], /argument missing/)
  refuses(['--input='], /--input needs a value/)
})

test('values out of their bounds are refused with their bounds', () => {
  refuses(['--events', '0'], /--events must be a whole number of at least 1, not "0"/)
  refuses(['--builders', '1.5'], /--builders must be a whole number from 1 to 64, not "1.5"/)
  refuses(['--speed', 'fast'], /--speed must be a number from 0.001 to 1000000000, not "fast"/)
  refuses(['--partitions='], /--partitions must be a whole number from 1 to 1000, not ""/)
  refuses(['--order', 'any'], /--order must be arrival or strict, not "any"/)
})

test('options that contradict each other are refused', () => {
  refuses(['--vectors', 'out'], /--vectors needs --input/)
  refuses(['--speed', 'max'], /--speed max needs --events/)
  refuses(['--drift-factor', '2'], /go together/)
  refuses(['--input', 'a.csv', '--seed', '2'], /--seed is for the simulation/)
})
