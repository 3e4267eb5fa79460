import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '@millrace/platform/local-stack'
import { PIPELINE_FILE } from '../harness/deployment.ts'
import { SERVICES, type ServiceName, ServiceProcess } from '../harness/service-process.ts'
import { readiness } from '../harness/vigil.ts'

for (const name of SERVICES) {
  test(`${name} with a wrong address says which, waits for it and stops when asked`, async t => {
    const ports = await freePorts(3)
    const service = await startService(t, name, ports)
    const expected = ['start: in progress', `kafka: 127.0.0.1:${ports[0]} (KAFKA_BROKERS) cannot be reached`]
    await until(async () => {
      const { reasons } = await readiness(service)
      return JSON.stringify(reasons) === JSON.stringify(expected)
    }, service)
    assert.deepEqual(await warningsOf(service), [
      `kafka at 127.0.0.1:${ports[0]} (KAFKA_BROKERS) cannot be reached: trying until it can`,
    ])
    assert.equal(await service.stop(), 0)
  })
}

test('a service whose port is taken says so and ends', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const service = await startService(t, 'ingestor', await freePorts(3), port)
  assert.equal(await service.ended(), 1)
  const [line] = await errorsOf(service)
  assert.equal(line!.code, 'CONFIG_INVALID')
  assert.match(
    line!.message,
    new RegExp(`^127\\.0\\.0\\.1:${port} \\(HTTP_HOST, HTTP_PORT\\) cannot be listened on`),
  )
})

async function startService(
  t: TestContext,
  name: ServiceName,
  [kafka, redis, registry]: readonly number[],
  httpPort?: number,
): Promise<ServiceProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  const env = {
    KAFKA_BROKERS: `127.0.0.1:${kafka}`,
    REDIS_URL: `redis://127.0.0.1:${redis}`,
    SCHEMA_REGISTRY_URL: `http://127.0.0.1:${registry}`,
    PIPELINE: PIPELINE_FILE,
  }
  const service = await ServiceProcess.start(name, env, folder, httpPort)
  t.after(async () => {
    await service.kill()
    await rm(folder, { recursive: true, force: true })
  })
  return service
}

interface LogLine {
  readonly level: string
  readonly msg: string
  readonly err?: { readonly code: string; readonly message: string }
}

async function readLog({ logFile }: ServiceProcess): Promise<LogLine[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter(Boolean)
  return lines.map(line => JSON.parse(line))
}

async function warningsOf(service: ServiceProcess): Promise<string[]> {
  return (await readLog(service)).flatMap(({ level, msg }) => (level === 'warn' ? [msg] : []))
}

async function errorsOf(service: ServiceProcess) {
  return (await readLog(service)).flatMap(({ err }) => (err === undefined ? [] : [err]))
}

async function until(holds: () => Promise<boolean>, service: ServiceProcess): Promise<void> {
  while (!(await holds().catch(() => false))) {
    assert.ok(service.running, await service.logTail())
    await delay(50)
  }
}
