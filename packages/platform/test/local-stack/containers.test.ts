import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { containerRunner } from '../../src/local-stack/container-runner.ts'
import { engineAnswers } from '../../src/local-stack/docker-command.ts'
import type { Guard } from '../../src/local-stack/guard.ts'
import { kafka } from '../../src/local-stack/kafka.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { fakeProgram, temporaryFolder } from './helpers.ts'

/** A `docker` that notes what it is told, and the runner of a Redis container that uses it. */
async function recordedRunner(t: TestContext, temporary: boolean) {
  const folder = await temporaryFolder(t)
  const notes = join(folder, 'notes')
  await fakeProgram(folder, 'docker', `echo "docker $*" >> ${notes}`)
  const atEnd: string[] = []
  const guard: Guard = {
    watch: () => {},
    unwatch: () => {},
    removeAtEnd: () => {},
    runAtEnd: (program, args) => atEnd.push([program, ...args].join(' ')),
    close: async () => {},
    release: async () => {},
  }
  const env = { PATH: folder }
  const runner = containerRunner({
    spec: redis.container,
    name: 'm-redis',
    hostPort: 7000,
    temporary,
    env,
    guard,
  })
  return { runner, atEnd, told: async () => (await readFile(notes, 'utf8')).trim().split('\n') }
}

const RUN = (start: number) =>
  `docker run --rm --detach --name m-redis-${start} --label org.millrace.local-stack=m-redis ` +
  '--publish 127.0.0.1:7000:6379 --volume m-redis:/data redis:7-bookworm redis-server --bind 0.0.0.0 ' +
  '--protected-mode no --dir /data --appendonly yes --appendfsync everysec --save  --maxmemory-policy noeviction'

test('a killed container starts again with its port and its volume', async t => {
  const { runner, told } = await recordedRunner(t, true)
  await runner.start()
  await runner.kill('SIGKILL')
  await runner.start()
  const kill = ['docker kill --signal SIGKILL m-redis-1', 'docker wait m-redis-1']
  assert.deepEqual(await told(), [RUN(1), ...kill, RUN(2)])
  assert.deepEqual(runner.handle(), { kind: 'container', container: 'm-redis-2', volume: 'm-redis' })
})

test('the guard removes every container, and first of all was told of the volume', async t => {
  const { runner, atEnd } = await recordedRunner(t, true)
  await runner.start()
  await runner.start()
  assert.deepEqual(atEnd, [
    'docker volume rm --force m-redis',
    'docker rm --force --volumes m-redis-1',
    'docker rm --force --volumes m-redis-2',
  ])
})

test('stop removes the container, and the volume of a temporary stack', async t => {
  const { runner, told } = await recordedRunner(t, true)
  await runner.start()
  await runner.stop()
  assert.deepEqual((await told()).slice(1), [
    'docker stop m-redis-1',
    'docker rm --force --volumes m-redis-1',
    'docker volume rm --force m-redis',
  ])
})

test('a pause holds the container, and its data can be copied and replaced', async t => {
  const { runner, told } = await recordedRunner(t, false)
  await runner.start()
  await runner.pause()
  await runner.resume()
  await runner.copyData('/copy')
  await runner.replaceData('/copy')
  await runner.start()
  assert.deepEqual((await told()).slice(1), [
    'docker pause m-redis-1',
    'docker unpause m-redis-1',
    'docker cp m-redis-1:/data/. /copy',
    'docker rm --force --volumes m-redis-1',
    'docker volume rm --force m-redis',
    RUN(2).replace('run --rm --detach', 'create --rm'),
    'docker cp /copy/. m-redis-2:/data',
    'docker start m-redis-2',
  ])
})

test('a stack with a data folder of its own keeps its volume', async t => {
  const { runner, told, atEnd } = await recordedRunner(t, false)
  await runner.start()
  await runner.stop()
  assert.deepEqual((await told()).slice(1), [
    'docker stop m-redis-1',
    'docker rm --force --volumes m-redis-1',
  ])
  assert.deepEqual(atEnd, ['docker rm --force --volumes m-redis-1'])
})

test('an engine that does not answer is told apart from one that does', async t => {
  const folder = await temporaryFolder(t)
  assert.equal(await engineAnswers({ PATH: folder }), false)
  await fakeProgram(folder, 'docker', 'exit 1')
  assert.equal(await engineAnswers({ PATH: folder }), false)
  await fakeProgram(folder, 'docker', 'exit 0')
  assert.equal(await engineAnswers({ PATH: folder }), true)
})

test('the Kafka image gets its settings as variables, with the address of the host', () => {
  const variables = kafka.container.envFor(7001)
  assert.equal(variables['KAFKA_ADVERTISED_LISTENERS'], 'PLAINTEXT://127.0.0.1:7001')
  assert.equal(variables['KAFKA_AUTO_CREATE_TOPICS_ENABLE'], 'false')
  assert.equal(variables['KAFKA_LOG_DIRS'], kafka.container.dataPath)
})
