import assert from 'node:assert/strict'
import { test } from 'node:test'
import { models } from '../../src/commands/models.ts'

for (const args of [
  [],
  ['publish'],
  ['list', '1'],
  ['promote'],
  ['promote', '1', '2'],
  ['diff', '1'],
  ['rollback', '1'],
  ['list', '--alias', 'champion'],
  ['promote', '1', '--share', '0.1'],
  ['promote', '1', '--alias', 'shadow', '--share', '0.1'],
  ['promote', '1', '--alias', 'canary', '--share', '5'],
]) {
  test(`models ${args.join(' ')} is misuse`, async () => {
    await assert.rejects(models(args), { name: 'UsageError' })
  })
}
