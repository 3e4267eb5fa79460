import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Stage, StageRecord } from '@millrace/core'
import { driveStage } from '../src/index.ts'

interface Summand {
  readonly entity: string
  readonly number: number
}

/** Adds up the numbers of an entity. */
const adder: Stage<Summand, { total: number }> = {
  name: 'adder',
  stateTtl: Infinity,
  codec: { encode: ({ total }) => Uint8Array.of(total), decode: ([total]) => ({ total: total! }) },
  keyOf: ({ value }) => value.entity,
  step(state, { value }, { partition, emit }) {
    const total = (state?.total ?? 0) + value.number
    emit({ topic: 'totals', key: value.entity, value: { partition, total } })
    return { total }
  },
}

function record(input: number, offset: number, eventTime: number, number: number): StageRecord<Summand> {
  return { input, offset, eventTime, value: { entity: 'a', number } }
}

test('outputs and states are those of the records in their order', async () => {
  const records = [record(0, 0, 5, 1), record(0, 1, 6, 2), record(1, 0, 4, 3)]
  const arrival = await driveStage({ stage: adder, records, partition: 2 })
  const totals = [1, 3, 6].map(total => ({ topic: 'totals', key: 'a', value: { partition: 2, total } }))
  assert.deepStrictEqual(arrival, {
    outputs: totals,
    states: new Map([['a', Uint8Array.of(6)]]),
    outcomes: ['ok', 'ok', 'ok'],
  })

  const strict = await driveStage({ stage: adder, records, order: 'strict' })
  assert.deepStrictEqual(
    strict.outputs.map(({ value }) => value),
    [3, 4, 6].map(total => ({ partition: 0, total })),
  )
})

test('what a step tells of a record stands for that record alone', async () => {
  const strict: Stage<Summand, { total: number }> = {
    ...adder,
    step(state, taken, context) {
      if (taken.value.number < 0) return void context.tell('dead_letter')
      return adder.step(state, taken, context)
    },
  }
  const records = [record(0, 0, 5, 1), record(0, 1, 6, -2), record(0, 2, 7, 3)]
  const { outcomes } = await driveStage({ stage: strict, records })
  assert.deepStrictEqual(outcomes, ['ok', 'dead_letter', 'ok'])
})

test('an erased state is gone, and what follows begins anew', async () => {
  const forgetful: Stage<Summand, { total: number }> = {
    ...adder,
    step: (state, taken, context) => (taken.value.number === 0 ? null : adder.step(state, taken, context)),
  }
  const records = [record(0, 0, 5, 4), record(0, 1, 6, 0)]
  const erased = await driveStage({ stage: forgetful, records })
  assert.deepStrictEqual(erased.states, new Map())
  const after = await driveStage({ stage: forgetful, records: [...records, record(0, 2, 7, 3)] })
  assert.deepStrictEqual(after.states, new Map([['a', Uint8Array.of(3)]]))
})

test('states from before are gone on from, and not changed', async () => {
  const before = new Map([['a', Uint8Array.of(10)]])
  const { states } = await driveStage({ stage: adder, records: [record(0, 0, 0, 1)], states: before })
  assert.deepStrictEqual([before.get('a'), states.get('a')], [Uint8Array.of(10), Uint8Array.of(11)])
})
