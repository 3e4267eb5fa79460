import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { buildImage, docker, ROOT, run, whyNoContainers } from './docker.ts'

const MODEL = join(ROOT, 'pipelines/card-fraud/models/card_fraud/1/model.onnx')
const OWN_PIPELINE = join(ROOT, 'packages/cli/template')
const HARDENED = [
  '--read-only',
  '--tmpfs',
  '/tmp',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges:true',
]
const MOST_BYTES = 250_000_000
const POLL_MS = 100

const obstacle = await whyNoContainers(['node:26-bookworm-slim'])

suite('the image', { skip: obstacle ?? false }, () => {
  let image: string

  before(async () => {
    image = await buildImage()
  })

  test('holds no shell, no package manager and no second Node, and is small', async t => {
    const container = await docker('create', image)
    t.after(() => docker('rm', container))
    const files = await run(['sh', '-c', `docker export ${container} | tar t`], {})
    const programs = files
      .split('\n')
      .filter(path => /(^|\/)s?bin\/[^/]+$/.test(path) && !path.startsWith('app/'))
    assert.deepEqual(programs, ['usr/local/bin/node'])
    assert.doesNotMatch(files, /napi-v6\/(win32|darwin)|node_modules\/(typescript|npm|node)\//)
    const bytes = Number(await docker('image', 'inspect', '--format', '{{.Size}}', image))
    t.diagnostic(`${(bytes / 1e6).toFixed(0)} MB`)
    assert.ok(bytes < MOST_BYTES)
  })

  test('runs as a user without rights, with a number that is fixed', async () => {
    assert.equal(await docker('image', 'inspect', '--format', '{{.Config.User}}', image), '65532:65532')
  })

  test('its command is a service, or a command of millrace with or without that word', async () => {
    const usage = await docker('run', '--rm', ...HARDENED, image)
    assert.match(usage, /^Usage: millrace/)
    assert.equal(await docker('run', '--rm', ...HARDENED, image, 'millrace', 'help'), usage)
    for (const service of ['ingestor', 'feature-builder', 'scorer', 'drift-monitor'])
      await assert.rejects(docker('run', '--rm', ...HARDENED, image, service), ({ stdout }) => {
        assert.match(stdout, new RegExp(`"service":"${service}".*KAFKA_BROKERS: is not set`))
        return true
      })
  })

  test('a service compiles nothing when it starts', async () => {
    const env = ['--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE']
    const log = await run(
      ['sh', '-c', `docker run --rm ${HARDENED.join(' ')} ${env.join(' ')} ${image} scorer 2>&1; true`],
      {},
    )
    const ours = log.split('\n').filter(line => line.includes('[compile cache]') && line.includes('/app/'))
    assert.ok(ours.length > 1_000)
    assert.deepEqual(
      ours.filter(line => /not found|mismatch|rejected|generated|failed/.test(line)),
      [],
    )
  })

  test('serves a model with nothing else around, and ends when it is asked to', async t => {
    const container = await docker(
      ...['run', '--detach', ...HARDENED, '--env', 'AUTH=none', '--publish', '127.0.0.1::8080'],
      ...['--volume', `${MODEL}:/models/fraud.onnx:ro`, image, 'serve', '/models/fraud.onnx'],
    )
    t.after(() => docker('rm', '--force', container))
    const address = await docker('port', container, '8080')
    await ready(container)
    const answer = await fetch(`http://${address}/v2/models/fraud`)
    assert.equal(((await answer.json()) as { name: string }).name, 'fraud')
    await docker('stop', '--time', '30', container)
    assert.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', container), '0')
  })

  test('a command that ends by itself ends at SIGTERM too, as the first process of its container', async t => {
    const container = await docker(
      ...['run', '--detach', ...HARDENED, '--env', 'KAFKA_BROKERS=127.0.0.1:1', '--env'],
      ...['SCHEMA_REGISTRY_URL=http://127.0.0.1:1', image, 'deploy'],
    )
    t.after(() => docker('rm', '--force', container))
    await docker('exec', container, 'node', '--version')
    await docker('kill', '--signal', 'TERM', container)
    await docker('wait', container)
    assert.match(await docker('inspect', '--format', '{{.State.ExitCode}}', container), /^(143|1)$/)
  })

  test('a pipeline of one’s own may be mounted anywhere', async () => {
    const mount = ['--volume', `${OWN_PIPELINE}:/mine:ro`]
    const plan = await docker(
      'run',
      '--rm',
      ...HARDENED,
      ...mount,
      image,
      'validate',
      '--pipeline',
      '/mine/pipeline.ts',
    )
    assert.match(plan, /^Pipeline machine-wear/)
  })

  /** Resolves when the check of the image itself says that the service is ready. */
  async function ready(container: string): Promise<void> {
    for (;;) {
      const asked = await docker('exec', container, 'node', 'deploy/image/health-check.ts').catch(
        () => undefined,
      )
      if (asked !== undefined) return
      await delay(POLL_MS)
    }
  }
})
