import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { kafka } from '../../src/local-stack/kafka.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { registry } from '../../src/local-stack/registry.ts'
import { startLocalStack } from '../../src/local-stack/stack.ts'
import { contextIn, fakeProgram, temporaryFolder } from './helpers.ts'

const JAVA_17 = 'echo \'openjdk version "17.0.15" 2025-04-15\' >&2'

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail('expected a failure'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof MillraceError)
  assert.equal(error.code, 'STACK_PART_MISSING')
  return error.message
}

async function folderWith(t: TestContext, programs: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder(t)
  for (const [name, script] of Object.entries(programs)) await fakeProgram(folder, name, script)
  return folder
}

test('a machine without Java is told how to get it', async t => {
  const folder = await temporaryFolder(t)
  const message = await messageOf(kafka.install(contextIn(folder)))
  assert.match(message, /^The local stack has no kafka: Java 17 or later does not run here\. Install it/)
  assert.match(message, /apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17/)
})

test('a Java that is too old is named with its version', async t => {
  const folder = await folderWith(t, { java: 'echo \'java version "1.8.0_421"\' >&2' })
  const message = await messageOf(registry.install(contextIn(folder)))
  assert.match(message, /^The local stack has no registry: it needs Java 17 or later, and java is Java 8\./)
})

test('a machine without Maven is told how to get it', async t => {
  const folder = await folderWith(t, { java: JAVA_17 })
  const message = await messageOf(redis.install(contextIn(folder)))
  assert.match(
    message,
    /^The local stack has no redis: Maven \(mvn\) is not on the PATH\. .*apt-get install maven/,
  )
})

test('a download that fails gives the last words of Maven and leaves the cache empty', async t => {
  const folder = await folderWith(t, { java: JAVA_17, mvn: 'echo "[ERROR] Unknown host"; exit 1' })
  const context = contextIn(folder)
  const message = await messageOf(kafka.install(context))
  assert.match(message, /Maven could not download it\. Check the network.*\n\[ERROR\] Unknown host$/)
  assert.deepEqual(context.reports, ['downloading: from Maven Central'])
  assert.deepEqual(await readdir(context.cacheDir), [])
})

test('JAVA_HOME goes before PATH', async t => {
  const folder = await folderWith(t, { java: JAVA_17 })
  const context = contextIn(folder, { JAVA_HOME: join(folder, 'nowhere') })
  assert.match(await messageOf(kafka.install(context)), /Java 17 or later does not run here/)
})

test('a redis-server of the machine needs neither Java nor a download', async t => {
  const folder = await folderWith(t, { 'valkey-server': '' })
  const launch = await redis.install(contextIn(folder))
  const { program, args } = await launch({ ports: [6390], dir: '/data' })
  assert.equal(program, join(folder, 'valkey-server'))
  assert.equal(
    args.join(' '),
    '--port 6390 --bind 127.0.0.1 --protected-mode yes --daemonize no --dir /data ' +
      '--appendonly yes --appendfsync everysec --save  --maxmemory-policy noeviction',
  )
})

test('a stack that lacks everything lists every part', async t => {
  const folder = await temporaryFolder(t)
  const env = { PATH: folder }
  const message = await messageOf(startLocalStack({ env, dataDir: join(folder, 'data'), cacheDir: folder }))
  assert.deepEqual(
    message.split('\n').map(line => line.slice(0, 31)),
    ['The local stack has no kafka: J', 'The local stack has no redis: J', 'The local stack has no registry'],
  )
})
