import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days, hours, minutes, seconds } from '@millrace/core'
import { trainingSet } from '../../src/commands/training-set.ts'
import { readDuration } from '../../src/options.ts'
import { UsageError } from '../../src/usage.ts'

const PLACES = ['--archive', 'archive', '--output', 'set'] as const

test('a training set needs an archive, a folder, and a window that is one', async () => {
  await refuses(['--output', 'set'], '--archive says where the archive is.')
  await refuses(['--archive', 'archive'], '--output says which folder to write the set to.')
  const window = ['--from', '2026-02-01', '--to', '2026-02-01']
  await refuses([...PLACES, ...window], '--from must be before --to.')
  await refuses(
    [...PLACES, '--as-of', 'today'],
    '--as-of must be a day (2026-01-31, UTC), a time with a zone, or epoch milliseconds, not "today".',
  )
})

test('a duration is a whole number with its unit', () => {
  const texts = ['7d', '12h', '30m', '5s', '0s']
  assert.deepEqual(
    texts.map(text => readDuration({ delay: text }, 'delay')),
    [days(7), hours(12), minutes(30), seconds(5), 0],
  )
  assert.equal(readDuration({}, 'delay'), undefined)
  for (const text of ['7', '1.5d', '-1d', 'd', '7 d', '1w', '7days']) {
    const message = `--delay must be a whole number of d, h, m or s, such as 7d, not "${text}".`
    assert.throws(() => readDuration({ delay: text }, 'delay'), { name: 'UsageError', message })
  }
})

async function refuses(args: readonly string[], message: string): Promise<void> {
  await assert.rejects(trainingSet(args), (error: unknown) => {
    return error instanceof UsageError && error.message === message
  })
}
