import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compileVector,
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  mean,
  type Pipeline,
  text,
  timestamp,
} from '../../src/index.ts'

const fields = { id: text('id'), at: timestamp('time'), card: text('card'), shop: text('shop') }
const roles = { key: 'card', id: 'id', eventTime: 'at' } as const
const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  fields: { ...fields, amount: double('amount') },
  ...roles,
})
const visit = defineEvent({ name: 'visit', topic: 'visits', fields, ...roles })

const card = defineFeatureView({
  name: 'card',
  entity: 'card',
  sources: [payment],
  features: {
    card_count_1d: count(payment, { window: days(1) }),
    card_mean_1d: mean(payment, 'amount', { window: days(1) }),
  },
})
const visits = defineFeatureView({
  name: 'visits',
  entity: 'shop',
  sources: [visit],
  features: { visit_count_1d: count(visit, { window: days(1) }) },
})
const shop = defineFeatureView({
  name: 'shop',
  entity: 'shop',
  sources: [payment],
  features: { shop_count_1d: count(payment, { window: days(1) }) },
})

function pipelineWith(
  inputs: ('amount' | 'over_mean' | 'card_count_1d' | 'card_mean_1d' | 'shop_count_1d')[],
  seen: unknown[][] = [],
): Pipeline {
  const onDemand = defineOnDemand({
    source: payment,
    features: {
      amount: (...given) => {
        seen.push(given)
        return given[0].amount
      },
      over_mean: (event, features) => event.amount / features['card_mean_1d']!,
    },
  })
  const features = [onDemand, card, shop] as const
  const model = defineModel({ name: 'fraud', path: 'models', features, inputs, decisions: [] })
  const views = [card, visits, shop]
  const monitor = defineMonitor({ window: days(1) })
  return definePipeline({ name: 'test', events: [payment, visit], views, onDemand, model, monitor })
}

const EVENT = { id: 'p1', at: 0, card: 'c', shop: 's', amount: 12 }

test('a vector has the model inputs in their order, from the event and from the views that it visits', () => {
  const assemble = compileVector(pipelineWith(['shop_count_1d', 'amount', 'card_count_1d', 'card_mean_1d']))
  assert.deepStrictEqual(assemble(EVENT, [3, 4, 5]), [5, 12, 3, 4])
})

test('an on-demand feature can use the view features by name', () => {
  const assemble = compileVector(pipelineWith(['over_mean']))
  assert.deepStrictEqual(assemble(EVENT, [3, 4, 5]), [3])
})

test('an on-demand feature that declares one parameter is given the event alone', () => {
  const seen: unknown[][] = []
  compileVector(pipelineWith(['amount'], seen))(EVENT, [3, 4, 5])
  assert.deepStrictEqual(seen, [[EVENT]])
})

test('each call gives a vector of its own', () => {
  const assemble = compileVector(pipelineWith(['amount', 'card_count_1d']))
  const first = assemble(EVENT, [1, 0, 0])
  const second = assemble({ ...EVENT, amount: 7 }, [2, 0, 0])
  assert.deepStrictEqual(
    [first, second],
    [
      [12, 1],
      [7, 2],
    ],
  )
})

test('an on-demand feature that is null or no finite number is missing', () => {
  for (const value of [null, Number.NaN, Infinity, -Infinity]) {
    const pipeline = pipelineWith(['amount'])
    const onDemand = {
      ...pipeline.onDemand,
      features: { ...pipeline.onDemand.features, amount: () => value },
    }
    assert.deepStrictEqual(compileVector({ ...pipeline, onDemand })(EVENT, [3, 4, 5]), [Number.NaN])
  }
})
