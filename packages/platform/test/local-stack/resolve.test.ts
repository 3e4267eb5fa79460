import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dockerCommand } from '../../src/local-stack/docker-command.ts'
import type { Launch } from '../../src/local-stack/part.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { resolvePart } from '../../src/local-stack/resolve.ts'
import { contextIn, fakeProgram, temporaryFolder } from './helpers.ts'

const launch: Launch = async () => ({ program: 'redis-server', args: [] })
const part = { ...redis, install: async () => launch }

/** What an engine is told goes to the `docker` of `folder`, which has to answer to `info` as well. */
const ANSWERS = '[ "$1" = info ] ||'

test('a given address is taken before anything else is asked', async t => {
  const context = contextIn(await temporaryFolder(t), { REDIS_URL: 'redis://elsewhere:6379' })
  const engine = { ...dockerCommand(context.env), fault: () => assert.fail('nobody asks for the engine') }
  const resolution = await resolvePart(part, context, engine)
  assert.deepEqual(resolution, { source: 'given', address: 'redis://elsewhere:6379' })
})

test('an engine that has the image goes before processes', async t => {
  const folder = await temporaryFolder(t)
  await fakeProgram(folder, 'docker', `${ANSWERS} [ "$*" = "image inspect redis:7-bookworm" ]`)
  const context = contextIn(folder)
  assert.deepEqual(await resolvePart(part, context, dockerCommand(context.env)), { source: 'container' })
  assert.deepEqual(context.reports, [])
})

test('an image that is not there is pulled', async t => {
  const folder = await temporaryFolder(t)
  await fakeProgram(folder, 'docker', `${ANSWERS} [ "$*" = "pull --quiet redis:7-bookworm" ]`)
  const context = contextIn(folder)
  assert.deepEqual(await resolvePart(part, context, dockerCommand(context.env)), { source: 'container' })
  assert.deepEqual(context.reports, ['downloading: image redis:7-bookworm'])
})

test('an engine that cannot get the image gives way to processes', async t => {
  const folder = await temporaryFolder(t)
  await fakeProgram(folder, 'docker', `${ANSWERS} exit 1`)
  const context = contextIn(folder)
  assert.deepEqual(await resolvePart(part, context, dockerCommand(context.env)), {
    source: 'process',
    launch,
  })
})

test('without an engine the part is a process', async t => {
  const context = contextIn(await temporaryFolder(t))
  assert.deepEqual(await resolvePart(part, context, dockerCommand(context.env)), {
    source: 'process',
    launch,
  })
})

test('MILLRACE_STACK=processes leaves the engine alone', async t => {
  const context = contextIn(await temporaryFolder(t), { MILLRACE_STACK: 'processes' })
  const engine = { ...dockerCommand(context.env), fault: () => assert.fail('nobody asks for the engine') }
  assert.deepEqual(await resolvePart(part, context, engine), { source: 'process', launch })
})

test('MILLRACE_STACK=containers refuses a machine without engine or image, and says which it is', async t => {
  const folder = await temporaryFolder(t)
  const context = contextIn(folder, { MILLRACE_STACK: 'containers' })
  const refused = (lack: string) => ({
    code: 'STACK_PART_MISSING',
    message:
      `The local stack has no redis: ${lack}. ` +
      'Start the container engine and get the image, or unset MILLRACE_STACK to have processes.',
  })
  const resolve = () => resolvePart(part, context, dockerCommand(context.env))
  await assert.rejects(resolve, refused('no container engine answers'))
  await fakeProgram(folder, 'docker', `${ANSWERS} exit 1`)
  const lack = 'the container engine has no image redis:7-bookworm and cannot get it'
  await assert.rejects(resolve, refused(lack))
})

test('another MILLRACE_STACK is refused', async t => {
  const context = contextIn(await temporaryFolder(t), { MILLRACE_STACK: 'docker' })
  await assert.rejects(resolvePart(part, context, dockerCommand(context.env)), { code: 'CONFIG_INVALID' })
})
