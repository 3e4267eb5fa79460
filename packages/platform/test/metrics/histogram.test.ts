import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { Histogram, Registry } from 'prom-client'
import { TallyHistogram } from '../../src/metrics/histogram.ts'

const OPTIONS = { name: 'wait_seconds', help: 'Wait.', buckets: [0.1, 1, 2.5] }

function ours(): { histogram: TallyHistogram<'stage'>; text(): Promise<string> } {
  const registry = new Registry()
  const histogram = new TallyHistogram<'stage'>(OPTIONS)
  registry.registerMetric(histogram as unknown as Histogram)
  return { histogram, text: () => registry.metrics() }
}

function theirs(): { histogram: Histogram<'stage'>; text(): Promise<string> } {
  const registry = new Registry()
  const histogram = new Histogram({ ...OPTIONS, labelNames: ['stage'], registers: [registry] })
  return { histogram, text: () => registry.metrics() }
}

test('a histogram says what that of prom-client says of the same values', () =>
  forEachSeed(20, async random => {
    const [own, other] = [ours(), theirs()]
    for (let i = 0; i < 200; i++) {
      const stage = random.pick(['score', 'drift'])
      const value = random.pick([...OPTIONS.buckets, 4 * random.next()])
      own.histogram.of({ stage }).observe(value)
      other.histogram.observe({ stage }, value)
    }
    assert.equal(await own.text(), await other.text())
  }))

test('a value of a weight counts as often', async () => {
  const [once, often] = [ours(), ours()]
  once.histogram.of({ stage: 'score' }).observe(0.5, 3)
  for (let i = 0; i < 3; i++) often.histogram.of({ stage: 'score' }).observe(0.5)
  assert.equal(await once.text(), await often.text())
})

test('a series is there from when its tally is made, whatever the order of its labels', async () => {
  const registry = new Registry()
  const histogram = new TallyHistogram<'a' | 'b'>(OPTIONS)
  registry.registerMetric(histogram as unknown as Histogram)
  assert.equal(histogram.of({ a: '1', b: '2' }), histogram.of({ b: '2', a: '1' }))
  assert.match(await registry.metrics(), /^wait_seconds_count\{a="1",b="2"\} 0$/m)
})
