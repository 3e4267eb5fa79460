import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDevOptions } from '../../src/commands/dev-options.ts'
import { UsageError } from '../../src/usage.ts'

test('a simulation runs an hour a second, after as much history as the windows need', () => {
  assert.deepStrictEqual(readDevOptions([]).argsOf(7), ['--speed', '3600', '--history', '7'])
})

test('what is given is passed on and comes before the defaults', () => {
  const { pipelineFile, argsOf } = readDevOptions([
    '--pipeline',
    'a/pipeline.ts',
    '--history=2',
    '--seed',
    '5',
  ])
  assert.equal(pipelineFile, 'a/pipeline.ts')
  assert.deepStrictEqual(argsOf(7), [
    ...['--pipeline', 'a/pipeline.ts', '--history=2', '--seed', '5'],
    ...['--speed', '3600'],
  ])
  assert.deepStrictEqual(readDevOptions(['--speed', '2']).argsOf(1), ['--speed', '2', '--history', '1'])
})

test('a file of events has the defaults of start', () => {
  assert.deepStrictEqual(readDevOptions(['--input', 'a.ndjson']).argsOf(7), ['--input', 'a.ndjson'])
})

test('options that start would refuse are refused, and --keep too', () => {
  const refused = (error: unknown): boolean => error instanceof UsageError
  assert.throws(() => readDevOptions(['--evnts', '5']), refused)
  assert.throws(() => readDevOptions(['--keep']), refused)
})
