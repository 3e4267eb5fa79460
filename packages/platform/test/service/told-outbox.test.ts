import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StageOutput } from '@millrace/core'
import { ToldOutbox } from '../../src/service/told-outbox.ts'
import { ListedOutbox } from '../stage/listed-outbox.ts'

const outputsOf = (...values: unknown[]): readonly StageOutput[] =>
  values.map(value => ({ topic: 'counts', value }))

function startOutbox(publish: () => Promise<void>) {
  const told: unknown[] = []
  const outbox = new ToldOutbox(
    new ListedOutbox(publish),
    outputs => () => void told.push(...outputs.map(({ value }) => value)),
  )
  return { outbox, told }
}

test('outputs are told once they are published, in their order', async () => {
  const { outbox, told } = startOutbox(async () => {})
  await outbox.add(outputsOf(1, 2))
  await outbox.add(outputsOf(3))
  assert.deepEqual(told, [])
  await outbox.flush()
  assert.deepEqual(told, [1, 2, 3])
  await outbox.flush()
  assert.deepEqual(told, [1, 2, 3])
})

test('nothing is told of what could not be published, or was discarded', async () => {
  let fails = true
  const { outbox, told } = startOutbox(async () => {
    if (fails) throw new Error('The broker is gone.')
  })
  await outbox.add(outputsOf(1))
  await assert.rejects(outbox.flush())
  outbox.discard()
  fails = false
  await outbox.add(outputsOf(2))
  await outbox.flush()
  assert.deepEqual(told, [2])
})
