import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { compileVector, hashText, target } from '../../src/index.ts'
import { encode, eventOf, fitted, LATER, type Sale, WINDOW } from './encode-events.ts'

const FOLDS = 4
const SMOOTHING = 2.5
const features = { encoded: target('channel', { smoothing: SMOOTHING, folds: FOLDS }) }

function randomSales(random: SeededRandom): Sale[] {
  return Array.from({ length: 50 }, (_, i) => {
    const channel = random.pick(['web', 'app', 'fax', undefined])
    const won = random.pick([0, 1, undefined] as const)
    const sale = { id: `s${random.integer(0, 1e9)}-${i}`, at: random.integer(WINDOW.start, WINDOW.end - 1) }
    return { ...sale, ...(channel !== undefined && { channel }), ...(won !== undefined && { won }) }
  })
}

const foldOf = ({ id }: Sale): number => hashText(id!) % FOLDS

/** The mean of the outcomes that may be looked at, by its definition. */
function naive(asked: Sale, seen: readonly Sale[]): number {
  const known = seen.filter(({ won }) => won !== undefined)
  const mean = known.reduce((sum, { won }) => sum + won!, 0) / known.length
  const same = known.filter(({ channel }) => channel !== undefined && channel === asked.channel)
  const sum = same.reduce((total, { won }) => total + won!, 0)
  return (sum + SMOOTHING * mean) / (same.length + SMOOTHING)
}

test('an event behind the training window is encoded by all of its outcomes', async () => {
  await forEachSeed(20, random => {
    const sales = randomSales(random)
    for (const channel of ['web', 'app', 'fax', 'phone']) {
      const asked: Sale = { id: sales[0]!.id!, at: LATER, channel }
      const [encoded] = encode(features, [asked], sales)[0]!
      assert.ok(Math.abs(encoded! - naive(asked, sales)) < 1e-12)
    }
  })
})

test('an event of the training window is encoded by the outcomes of the other folds', async () => {
  await forEachSeed(20, random => {
    const sales = randomSales(random)
    const encoded = encode(features, sales, sales).flat()
    sales.forEach((sale, i) => {
      const others = sales.filter(other => foldOf(other) !== foldOf(sale))
      assert.ok(Math.abs(encoded[i]! - naive(sale, others)) < 1e-12)
    })
  })
})

test('the outcome of an event never changes how it is encoded itself, but changes how later ones are', async () => {
  await forEachSeed(10, random => {
    const sales = randomSales(random).map(sale => ({ ...sale, channel: 'web' }))
    const turned = sales.with(7, { ...sales[7]!, won: sales[7]!.won === 1 ? 0 : 1 })
    const encodings = [sales, turned].map(training => {
      const assemble = compileVector(fitted(features, training))
      return [assemble(eventOf(sales[7]!), []), assemble(eventOf({ ...sales[7]!, at: LATER }), [])]
    })
    assert.deepStrictEqual(encodings[0]![0], encodings[1]![0])
    assert.notDeepStrictEqual(encodings[0]![1], encodings[1]![1])
  })
})
