import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import {
  downLocalStack,
  findLocalStack,
  type LocalStack,
  PART_NAMES,
  startLocalStack,
} from '../../packages/platform/src/local-stack/index.ts'
import { docker, volumesOf } from '../harness/docker.ts'
import { containersAreThere, openStack } from '../harness/open-stack.ts'

/** The stack itself is under test here, not one that somebody gave. */
const env = {
  ...process.env,
  KAFKA_BROKERS: undefined,
  REDIS_URL: undefined,
  SCHEMA_REGISTRY_URL: undefined,
}
const schema = {
  type: 'record',
  name: 'Payment',
  fields: [{ name: 'amount', type: 'double' }],
}

/** The stack as the tests open it, and as the commands do. */
const WAYS = { tests: () => openStack(), commands: () => startLocalStack({ env }) }
const containers = await containersAreThere()

for (const [who, open] of Object.entries(WAYS)) {
  const skip = who === 'commands' && !containers && 'without containers it is that of the tests'
  test(`Kafka, Redis and the registry of the ${who} work, Redis outlives a crash, and nothing is left`, {
    skip,
  }, async t => {
    const stack = await open()
    t.after(() => stack.stop())
    await checkStack(t, stack)
  })
}

async function checkStack(t: TestContext, stack: LocalStack): Promise<void> {
  assert.equal(await throughKafka(t, stack.addresses.kafkaBrokers, 'payments', 'hello'), 'hello')
  await registerAndDecode(stack.addresses.schemaRegistryUrl)
  await crashRedis(t, stack)

  const pids = PART_NAMES.flatMap(name => stack.parts[name].pid ?? [])
  await stack.stop()
  assert.deepEqual(pids.filter(isRunning), [])
  await assert.rejects(access(stack.dataDir), { code: 'ENOENT' })
}

test('a detached stack outlives the command that started it, and its data outlives the stack', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  const stateFile = join(folder, 'stack.json')
  t.after(async () => {
    await downLocalStack({ stateFile, env })
    await rm(folder, { recursive: true, force: true })
  })

  await upInAnotherProcess(stateFile, join(folder, 'data'))
  const first = (await findLocalStack({ stateFile, env }))!
  await withRedis(first.addresses.redisUrl, redis => redis.set('key', 'kept'))
  assert.equal(await throughKafka(t, first.addresses.kafkaBrokers, 'kept', 'hello'), 'hello')
  assert.equal(await downLocalStack({ stateFile, env }), true)
  assert.equal(await findLocalStack({ stateFile, env }), undefined)

  await upInAnotherProcess(stateFile, join(folder, 'data'))
  const second = (await findLocalStack({ stateFile, env }))!
  await removeVolumesAfter(t, stateFile)
  assert.equal(await withRedis(second.addresses.redisUrl, redis => redis.get('key')), 'kept')
  assert.equal(await firstRecord(t, second.addresses.kafkaBrokers, 'kept'), 'hello')
})

/** Creates a topic, produces one record and gives the value that a new consumer reads. */
async function throughKafka(t: TestContext, brokers: string, topic: string, value: string): Promise<string> {
  const kafka = clientOf(brokers)
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: [{ value }] })
  await producer.disconnect()
  return firstRecord(t, brokers, topic)
}

async function firstRecord(t: TestContext, brokers: string, topic: string): Promise<string> {
  const consumer = clientOf(brokers).consumer({ groupId: `test-${process.pid}-${performance.now()}` })
  t.after(() => consumer.disconnect())
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const { promise, resolve } = Promise.withResolvers<string>()
  await consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) })
  const value = await promise
  await consumer.disconnect()
  return value
}

function clientOf(brokers: string): Kafka {
  return new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
}

async function registerAndDecode(host: string): Promise<void> {
  const registry = new SchemaRegistry({ host })
  const { id } = await registry.register(
    { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
    { subject: 'payments-value' },
  )
  const decoded = await new SchemaRegistry({ host }).decode(await registry.encode(id, { amount: 12.5 }))
  assert.deepEqual({ ...decoded }, { amount: 12.5 })
}

async function crashRedis(t: TestContext, stack: LocalStack): Promise<void> {
  const { parts, addresses } = stack
  await withRedis(addresses.redisUrl, async redis => {
    await redis.set('key', 'value')
    assert.deepEqual(await redis.config('GET', 'maxmemory-policy'), ['maxmemory-policy', 'noeviction'])
  })
  const before = parts.redis.pid
  await parts.redis.pause()
  await withRedis(addresses.redisUrl, async redis => {
    const answer = redis.get('key')
    assert.equal(await Promise.race([answer, delay(200, 'silence')]), 'silence')
    await parts.redis.resume()
    assert.equal(await answer, 'value')
  })
  await parts.redis.kill()
  if (before !== undefined) assert.equal(isRunning(before), false)
  await parts.redis.restart()
  assert.equal(await withRedis(addresses.redisUrl, redis => redis.get('key')), 'value')
  await replaceRedis(stack)
  t.diagnostic(`redis is a ${parts.redis.source}`)
}

/** It comes back empty, and then with what it held when it was copied. */
async function replaceRedis({ parts: { redis }, addresses, dataDir }: LocalStack): Promise<void> {
  const read = () => withRedis(addresses.redisUrl, client => client.get('key'))
  const copy = join(dataDir, 'copy')
  await redis.copyData(copy)
  await redis.kill()
  await redis.replaceData()
  await redis.restart()
  assert.equal(await read(), null)
  await redis.kill()
  await redis.replaceData(copy)
  await redis.restart()
  assert.equal(await read(), 'value')
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

/** Volumes outlive a stack with a data folder of its own, for the next one there; here there is none. */
async function removeVolumesAfter(t: TestContext, stateFile: string): Promise<void> {
  const { parts } = JSON.parse(await readFile(stateFile, 'utf8'))
  const containers = parts.flatMap(
    ({ handle }: { handle?: { container?: string } }) => handle?.container ?? [],
  )
  const volumes = await volumesOf(containers)
  t.after(async () => {
    if (volumes.length > 0) await docker('volume', 'rm', ...volumes)
  })
}

async function upInAnotherProcess(stateFile: string, dataDir: string): Promise<void> {
  const module = import.meta.resolve('../../packages/platform/src/local-stack/index.ts')
  const options = JSON.stringify({ stateFile, dataDir })
  const script = `import { upLocalStack } from '${module}'; await upLocalStack(${options})`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
