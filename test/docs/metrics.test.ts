import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CATALOGUE, type MetricDeclaration, SERVICES, type ServiceName } from '@millrace/platform/metrics'
import { ModelServer } from '../../packages/cli/test/serve/model-server.ts'
import { ServiceProcess } from '../harness/service-process.ts'
import { REPOSITORY } from './documents.ts'

/** A place where nobody listens. */
const NOBODY = '127.0.0.1:1'
const ALONE = {
  PIPELINE: join(REPOSITORY, 'pipelines/card-fraud/pipeline.ts'),
  KAFKA_BROKERS: NOBODY,
  REDIS_URL: `redis://${NOBODY}`,
  SCHEMA_REGISTRY_URL: `http://${NOBODY}`,
  GRPC_PORT: '0',
}

/** The metrics that the catalogue promises of a service, as the lines of their types. */
function promised(service: ServiceName): string[] {
  return declarationsOf(service)
    .map(({ name, type }) => `# TYPE ${name} ${type}`)
    .toSorted()
}

function declarationsOf(service: ServiceName): MetricDeclaration[] {
  return CATALOGUE.filter(({ services }) => services.includes(service)).flatMap(({ groups }) =>
    groups.flatMap(group => Object.values<MetricDeclaration>(group)),
  )
}

async function scrape(t: TestContext, service: ServiceName, accept = ''): Promise<string> {
  const url = service === 'serve' ? await serveModel(t) : await startAlone(t, service)
  return (await fetch(`${url}/metrics`, { headers: { accept } })).text()
}

/** A service that waits for its parts: every metric is there all the same. */
async function startAlone(t: TestContext, service: Exclude<ServiceName, 'serve'>): Promise<string> {
  const logs = await mkdtemp(join(tmpdir(), 'millrace-metrics-'))
  const started = await ServiceProcess.start(service, ALONE, logs)
  t.after(async () => {
    await started.kill()
    await rm(logs, { recursive: true })
  })
  while (started.running) {
    const answer = await fetch(`${started.url}/livez`).catch(() => undefined)
    if (answer !== undefined) return started.url
    await delay(50)
  }
  throw new Error(`${service} ended:\n${await started.logTail()}`)
}

async function serveModel(t: TestContext): Promise<string> {
  const file = join(REPOSITORY, 'pipelines/card-fraud/models/card_fraud/1/model.onnx')
  const server = new ModelServer(t, [file, '--grpc-port', '0'])
  return server.address()
}

for (const service of SERVICES) {
  test(`${service} exposes the metrics of the catalogue, and no others but those of the process`, async t => {
    const body = await scrape(t, service)
    const types = body.split('\n').filter(line => line.startsWith('# TYPE '))
    const own = types.filter(line => !/^# TYPE (process|nodejs)_/.test(line))
    assert.deepEqual(own.toSorted(), promised(service))
    checkWithPromtool(body)
  })
}

test('whoever asks for OpenMetrics is given it to its end', async t => {
  const body = await scrape(t, 'ingestor', 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5')
  assert.match(body, /^# TYPE dead_letter_records counter$/m)
  assert.match(body, /^dead_letter_records_total\{.*reason="DUPLICATE".*\} 0$/m)
  assert.ok(body.endsWith('\n# EOF\n'))
})

test('a metric is declared once, and its name and labels follow the rules of Prometheus', () => {
  const all = CATALOGUE.flatMap(({ groups }) =>
    groups.flatMap(group => Object.values<MetricDeclaration>(group)),
  )
  const names = all.map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)])
  for (const { name, type, help, labels } of all) {
    assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    assert.match(help, /^\S.*\.$/, name)
    for (const label of Object.keys(labels)) assert.match(label, /^(?!service$|le$)[a-z]+(_[a-z]+)*$/, name)
  }
})

/** Lets Prometheus' own checker look at an exposition, where it is installed. */
function checkWithPromtool(body: string): void {
  try {
    execFileSync('promtool', ['check', 'metrics'], { input: body, stdio: ['pipe', 'pipe', 'pipe'] })
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: string; stdout?: Buffer; stderr?: Buffer }
    if (code !== 'ENOENT') assert.fail(`promtool check metrics: ${stdout}${stderr}`)
  }
}
