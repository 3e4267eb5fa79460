import assert from 'node:assert/strict'
import { access, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { downLocalStack, findLocalStack, upLocalStack } from '../../src/local-stack/detached.ts'
import { isAlive, type ProcessIdentity } from '../../src/local-stack/process-identity.ts'
import { readState, type StackState, writeState } from '../../src/local-stack/state-file.ts'
import { idleProcess, temporaryFolder, whenGone } from './helpers.ts'

const addresses = {
  kafkaBrokers: '127.0.0.1:1',
  redisUrl: 'redis://127.0.0.1:2',
  schemaRegistryUrl: 'http://127.0.0.1:3',
}
const given = { KAFKA_BROKERS: 'k:9092', REDIS_URL: 'redis://r', SCHEMA_REGISTRY_URL: 'http://s' }

/** The state file of a stack whose Redis is the given process and whose other parts run elsewhere. */
async function noteStack(t: TestContext, { pid, startTime }: ProcessIdentity): Promise<string> {
  const folder = await temporaryFolder(t)
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  const state: StackState = {
    version: 1,
    addresses,
    dataDir,
    temporary: true,
    parts: [
      { name: 'kafka', source: 'given' },
      { name: 'redis', source: 'process', handle: { kind: 'process', process: { pid, startTime } } },
      { name: 'registry', source: 'given' },
    ],
  }
  const stateFile = join(folder, 'stack.json')
  await writeState(stateFile, state)
  return stateFile
}

test('a state is read as it was written, and no draft is left', async t => {
  const stateFile = await noteStack(t, await idleProcess(t))
  const state = (await readState(stateFile))!
  await writeState(stateFile, state)
  assert.deepEqual(await readState(stateFile), state)
  assert.deepEqual(await readdir(dirname(stateFile)), ['data', 'stack.json'])
})

test('a running stack is found with its addresses, and up does not start another', async t => {
  const stateFile = await noteStack(t, await idleProcess(t))
  const found = await findLocalStack({ stateFile })
  assert.deepEqual(found?.addresses, addresses)
  assert.deepEqual(found?.sources, { kafka: 'given', redis: 'process', registry: 'given' })
  assert.deepEqual(await upLocalStack({ stateFile }), { ...found, alreadyRunning: true })
})

test('a stack with a dead part is not found, and up starts a new one in its place', async t => {
  const redis = await idleProcess(t)
  const stateFile = await noteStack(t, redis)
  redis.child.kill('SIGKILL')
  await whenGone(redis)
  assert.equal(await findLocalStack({ stateFile }), undefined)
  const started = await upLocalStack({ stateFile, env: given, dataDir: join(dirname(stateFile), 'new') })
  assert.equal(started.alreadyRunning, false)
  assert.equal(started.addresses.redisUrl, 'redis://r')
  assert.equal((await readState(stateFile))?.addresses.kafkaBrokers, 'k:9092')
})

test('down ends the processes and removes the temporary data and the state', async t => {
  const redis = await idleProcess(t)
  const stateFile = await noteStack(t, redis)
  assert.equal(await downLocalStack({ stateFile }), true)
  assert.equal(isAlive(redis), false)
  assert.deepEqual(await readdir(dirname(stateFile)), [])
  assert.equal(await downLocalStack({ stateFile }), false)
})

test('down leaves a process alone that has got the pid of a part', async t => {
  const other = await idleProcess(t)
  const stateFile = await noteStack(t, { pid: other.pid, startTime: 'earlier' })
  assert.equal(await downLocalStack({ stateFile }), true)
  assert.equal(isAlive(other), true)
})

test('down keeps a data folder that was given', async t => {
  const dataDir = join(await temporaryFolder(t), 'kept')
  const stateFile = join(dirname(dataDir), 'stack.json')
  await upLocalStack({ stateFile, env: given, dataDir })
  await writeFile(join(dataDir, 'file'), '')
  await downLocalStack({ stateFile })
  await access(join(dataDir, 'file'))
})

test('a state file that is damaged is an error and not taken for no stack', async t => {
  const stateFile = join(await temporaryFolder(t), 'stack.json')
  await writeFile(stateFile, '{')
  await assert.rejects(findLocalStack({ stateFile }), SyntaxError)
})
