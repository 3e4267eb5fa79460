import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { dockerCommand } from '../../src/local-stack/docker-command.ts'
import { freePorts } from '../../src/local-stack/free-port.ts'
import { startGuard } from '../../src/local-stack/guard.ts'
import type { PartDefinition } from '../../src/local-stack/part.ts'
import { redisAnswers } from '../../src/local-stack/probe.ts'
import { identify } from '../../src/local-stack/process-identity.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { type StartContext, startPart } from '../../src/local-stack/stack-part.ts'
import { contextIn, temporaryFolder } from './helpers.ts'

const PONG_SERVER =
  "require('net').createServer(s => s.on('data', () => s.write('+PONG\\r\\n'))).listen(+process.argv[1])"

const part: PartDefinition = { ...redis, addressOf: port => `127.0.0.1:${port}`, answers: redisAnswers }

async function makeContext(t: TestContext): Promise<StartContext & { reports: string[] }> {
  const dataDir = await temporaryFolder(t)
  const guard = startGuard()
  t.after(() => guard.close())
  const context = contextIn(dataDir)
  return {
    ...context,
    guard,
    engine: dockerCommand(context.env),
    dataDir,
    stackName: 'test',
    temporary: false,
    ports: await freePorts(1),
    readyWithinMs: 60_000,
  }
}

const nodeScript = (script: string) =>
  ({
    source: 'process',
    launch: async ({ ports: [port] }: { ports: readonly [number, ...number[]] }) => ({
      program: process.execPath,
      args: ['-e', script, String(port)],
    }),
  }) as const

test('a killed part starts again at the same address as another process', async t => {
  const context = await makeContext(t)
  const started = await startPart(part, nodeScript(PONG_SERVER), context)
  const before = started.pid!
  await started.kill()
  assert.equal(identify(before), undefined)
  assert.equal(started.pid, undefined)
  await started.restart()
  assert.notEqual(started.pid, before)
  assert.equal(await redisAnswers(started.address), true)
  assert.deepEqual(context.reports, ['starting: as a process', ...Array(2).fill(`ready: ${started.address}`)])
  await started.stop()
  assert.equal(started.handle(), undefined)
})

test('restart of a running part ends it first', async t => {
  const started = await startPart(part, nodeScript(PONG_SERVER), await makeContext(t))
  const before = started.pid!
  await started.restart()
  assert.equal(identify(before), undefined)
  await started.stop()
})

test('a part that ends while it starts fails with the end of its log', async t => {
  const starting = startPart(
    part,
    nodeScript("console.log('port is taken'); process.exit(3)"),
    await makeContext(t),
  )
  await assert.rejects(starting, {
    code: 'STACK_START_FAILED',
    message: "The local stack's redis ended while it started.\nport is taken",
  })
})

test('a part that cannot be connected to fails when its time is over, with the reason', async t => {
  const context = { ...(await makeContext(t)), readyWithinMs: 0 }
  const starting = startPart(part, nodeScript('setInterval(() => {}, 1000)'), context)
  await assert.rejects(starting, {
    code: 'STACK_START_FAILED',
    message: `The local stack's redis did not answer within 0 ms: connect ECONNREFUSED 127.0.0.1:${context.ports[0]}.\n`,
  })
})

test('a part that answers that it is not ready fails when its time is over, and says so', async t => {
  const context = { ...(await makeContext(t)), readyWithinMs: 0 }
  const loading: PartDefinition = { ...part, answers: async () => false }
  const starting = startPart(loading, nodeScript('setInterval(() => {}, 1000)'), context)
  await assert.rejects(starting, {
    message: `The local stack's redis did not answer within 0 ms: 127.0.0.1:${context.ports[0]} says that it is not ready.\n`,
  })
})

test('a program that cannot be started is an error', async t => {
  const launch = async () => ({ program: '/nowhere/redis-server', args: [] })
  await assert.rejects(startPart(part, { source: 'process', launch }, await makeContext(t)), {
    code: 'ENOENT',
  })
})

test('a given part is not ours to kill', async t => {
  const given = await startPart(part, { source: 'given', address: 'redis://elsewhere' }, await makeContext(t))
  await assert.rejects(given.kill(), { code: 'CONFIG_INVALID', message: /redis is given by REDIS_URL/ })
  await given.stop()
})
