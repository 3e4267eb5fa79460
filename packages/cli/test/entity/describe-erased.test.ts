import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashEntity } from '../../src/entity/audit.ts'
import { describeErased } from '../../src/entity/describe-erased.ts'
import { pipeline } from '../fixtures.ts'

const card = pipeline.views[0]!

/** The topics of the lines that name one. */
function topicsOf(lines: readonly string[]): (string | undefined)[] {
  return lines.flatMap(line => /^- (\S+), where/.exec(line)?.[1] ?? [])
}

test('it is told where else an entity is found: in every topic whose records name it', () => {
  const hop = { ...card, name: 'payments', entity: 'paymentId' }
  const lines = describeErased({ ...pipeline, views: [card, hop] }, card, 'id')
  assert.equal(lines[0], 'Erased: the view "card" knows nothing of this card any more (id in small.audit).')
  assert.deepEqual(topicsOf(lines), [
    'payments',
    'payments.dlq',
    'small.v1.payment.clean',
    'small.v1.payment.payments',
    'outcomes',
    'outcomes.dlq',
    'small.v1.outcome.clean',
    'small.v1.vectors',
    'small.predictions',
  ])
})

test('other views of the same entity are named', () => {
  const week = { ...card, name: 'week' }
  const lines = describeErased({ ...pipeline, views: [card, week] }, card, 'id')
  assert.equal(lines[2], '- the view "week": erase it there as well')
})

test('an entity is hashed with a salt, and told by who knows it', () => {
  assert.deepEqual(hashEntity('7', 'ab'), {
    salt: 'ab',
    sha256: '3b205fbd6113316438f3771b2a12b833eb306f1c04aee3c4a9596dffd81f5903',
  })
  const [one, other] = [hashEntity('7'), hashEntity('7')]
  assert.notEqual(one.salt, other.salt)
  assert.deepEqual(hashEntity('7', one.salt), one)
})
