import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import {
  type Checkpoint,
  decodeCheckpoint,
  emptyCheckpoint,
  encodeCheckpoint,
  InputMerge,
  type StageRecord,
  type TakenRecord,
} from '../../src/index.ts'

const INPUTS = 2

/** Two inputs as stages write them: rising parents for each (partition, via), with repeats of earlier runs. */
function randomInput(random: SeededRandom, input: number): readonly StageRecord<string>[] {
  const records: StageRecord<string>[] = []
  const next = new Map<string, number>()
  let eventTime = 0
  for (let offset = 0; offset < 40; offset++) {
    if (records.length > 0 && random.chance(0.2)) {
      records.push({ ...random.pick(records), offset })
      continue
    }
    eventTime += random.pick([-3, 0, 1, 2])
    const [partition, via] = [random.integer(0, 2), random.integer(0, 1)]
    const parentOffset = (next.get(`${partition}/${via}`) ?? -1) + random.integer(1, 3)
    next.set(`${partition}/${via}`, parentOffset)
    const parent = { partition, input: 0, via, offset: parentOffset }
    records.push({ input, offset, eventTime, parent, value: `${input}/${partition}/${via}/${parentOffset}` })
  }
  return records
}

interface Handling {
  readonly merge: InputMerge<string>
  readonly taken: TakenRecord<string>[]
}

/** Offers what the merge wants next of a random input, until all is offered or `steps` are over. */
function work(
  { merge, taken }: Handling,
  inputs: readonly (readonly StageRecord<string>[])[],
  random: SeededRandom,
  steps: number,
): void {
  for (let step = 0; step < steps; step++) {
    const input = random.integer(0, INPUTS - 1)
    const record = inputs[input]![merge.cursor(input)]
    if (record !== undefined) merge.offer(record)
    for (let wanted = random.integer(0, 2); wanted > 0; wanted--) {
      const next = merge.take(random.integer(0, 40))
      if (next !== undefined) taken.push(next)
    }
  }
}

function finish({ merge, taken }: Handling, inputs: readonly (readonly StageRecord<string>[])[]): void {
  for (const [input, records] of inputs.entries()) {
    for (const record of records.slice(merge.cursor(input))) merge.offer(record)
  }
  for (let next = merge.take(Infinity); next !== undefined; next = merge.take(Infinity)) taken.push(next)
}

function stored(merge: InputMerge<string>): Checkpoint {
  const progress = merge.progress(-Infinity)
  const { logs } = emptyCheckpoint(INPUTS)
  return decodeCheckpoint(encodeCheckpoint({ ...progress, logs }), progress.watermark)
}

for (const order of ['arrival', 'strict'] as const) {
  test(`under ${order} order a merge resumed anywhere loses nothing and doubles nothing`, async () => {
    await forEachSeed(300, random => {
      const inputs = Array.from({ length: INPUTS }, (_, input) => randomInput(random, input))
      const taken: TakenRecord<string>[] = []
      let from = emptyCheckpoint(INPUTS)
      for (let run = 0; run < 4; run++) {
        const merge = new InputMerge<string>(order, from)
        work({ merge, taken }, inputs, random, 15)
        from = stored(merge)
      }
      finish({ merge: new InputMerge<string>(order, from), taken }, inputs)
      const expected = new Set(inputs.flat().map(({ value }) => value))
      assert.deepStrictEqual(taken.map(({ value }) => value).toSorted(), [...expected].toSorted())
    })
  })
}

test('under strict order a resumed merge goes on in the order of one that was never interrupted', async () => {
  await forEachSeed(300, random => {
    const inputs = Array.from({ length: INPUTS }, (_, input) => randomInput(random, input))
    const uninterrupted: TakenRecord<string>[] = []
    finish({ merge: new InputMerge<string>('strict', emptyCheckpoint(INPUTS)), taken: uninterrupted }, inputs)

    const taken: TakenRecord<string>[] = []
    const first = new InputMerge<string>('strict', emptyCheckpoint(INPUTS))
    for (const record of inputs.flat()) first.offer(record)
    for (let wanted = random.integer(0, 60); wanted > 0; wanted--) {
      const next = first.take(Infinity)
      if (next !== undefined) taken.push(next)
    }
    finish({ merge: new InputMerge<string>('strict', stored(first)), taken }, inputs)
    assert.deepStrictEqual(taken, uninterrupted)
  })
})
