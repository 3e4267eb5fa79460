import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Launch } from '../../src/local-stack/part.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { resolvePart } from '../../src/local-stack/resolve.ts'
import { contextIn, fakeProgram, temporaryFolder } from './helpers.ts'

const launch: Launch = async () => ({ program: 'redis-server', args: [] })
const part = { ...redis, install: async () => launch }
const engine = async () => true
const noEngine = async () => false

test('a given address is taken before anything else is asked', async t => {
  const context = contextIn(await temporaryFolder(t), { REDIS_URL: 'redis://elsewhere:6379' })
  const resolution = await resolvePart(part, context, () => assert.fail('nobody asks for the engine'))
  assert.deepEqual(resolution, { source: 'given', address: 'redis://elsewhere:6379' })
})

test('an engine that has the image goes before processes', async t => {
  const folder = await temporaryFolder(t)
  await fakeProgram(folder, 'docker', '[ "$*" = "image inspect redis:7-bookworm" ]')
  const context = contextIn(folder)
  assert.deepEqual(await resolvePart(part, context, engine), { source: 'container' })
  assert.deepEqual(context.reports, [])
})

test('an image that is not there is pulled', async t => {
  const folder = await temporaryFolder(t)
  await fakeProgram(folder, 'docker', '[ "$*" = "pull --quiet redis:7-bookworm" ]')
  const context = contextIn(folder)
  assert.deepEqual(await resolvePart(part, context, engine), { source: 'container' })
  assert.deepEqual(context.reports, ['downloading: image redis:7-bookworm'])
})

test('an engine that cannot get the image gives way to processes', async t => {
  const folder = await temporaryFolder(t)
  await fakeProgram(folder, 'docker', 'exit 1')
  assert.deepEqual(await resolvePart(part, contextIn(folder), engine), { source: 'process', launch })
})

test('without an engine the part is a process', async t => {
  const context = contextIn(await temporaryFolder(t))
  assert.deepEqual(await resolvePart(part, context, noEngine), { source: 'process', launch })
})
