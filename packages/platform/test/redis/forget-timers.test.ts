import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Command } from 'ioredis'
import { forgetTimers } from '../../src/redis/forget-timers.ts'

/** Whose commands are used beyond their public API: read `Command.js` again before this is changed. */
const KNOWN_VERSION = '6.0.0'

interface TimedCommand extends Pick<Command, 'promise' | 'resolve' | 'setTimeout'> {
  setBlockingTimeout(ms: number): void
}

const newCommand = () => new Command('get', ['key']) as unknown as TimedCommand

test('ioredis is exactly the version whose internals are used', () => {
  const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'))
  assert.equal(manifest.dependencies.ioredis, KNOWN_VERSION)
  const installed: { version: string } = createRequire(import.meta.url)('ioredis/package.json')
  assert.equal(installed.version, KNOWN_VERSION)
})

test('a command that is answered in time stops its timers, and keeps the places of its properties', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  forgetTimers()
  const command = newCommand()
  const rejected = t.mock.fn()
  command.promise.catch(rejected)
  command.setTimeout(1_000)
  command.setBlockingTimeout(1_000)
  const properties = Object.keys(command)
  command.resolve(Buffer.from('value'))
  assert.deepEqual(Object.keys(command), properties)
  t.mock.timers.tick(1_000)
  assert.equal(rejected.mock.callCount(), 0)
})

test('a command that is not answered in time fails', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  forgetTimers()
  const command = newCommand()
  command.setTimeout(1_000)
  t.mock.timers.tick(1_000)
  await assert.rejects(command.promise, { message: 'Command timed out' })
})
