import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { temporaryFolder } from '../project.ts'
import { ModelServer } from './model-server.ts'

const shell = promisify(execFile)
const FRAUD = fileURLToPath(new URL('../../../../pipelines/card-fraud/models/card_fraud/', import.meta.url))
const CLICK = fileURLToPath(new URL('../../../../pipelines/ad-clicks/models/ad_click/', import.meta.url))
const FRAUD_FILE = join(FRAUD, '1/model.onnx')

/** Writes down every package that is loaded, in whatever way. */
const TRACED = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({ resolve(specifier, context, next) {
    process.stderr.write('LOADS ' + specifier + '\\n')
    return next(specifier, context)
  } })
`)}`

test('a model file is served, and the command that is printed scores a row', async t => {
  const server = new ModelServer(t, [FRAUD_FILE, '--name', 'fraud'])
  await server.address()
  assert.match(server.output, /^fraud 1 \([0-9a-f]{12}\)\n {2}in {3}features {2}FP32 \[free, 15\]\n/)
  const [, command] = /^ {2}(curl .*)$/m.exec(server.output)!
  const { stdout } = await shell('bash', ['-c', command!])
  const answer = JSON.parse(stdout)
  assert.deepStrictEqual([answer.model_name, answer.model_version], ['fraud', '1'])
  const probabilities = answer.outputs.find(({ name }: { name: string }) => name === 'probabilities')
  assert.deepStrictEqual(probabilities.shape, [1, 2])
  assert.equal(await server.stop(), 0)
  assert.equal(server.log, '')
})

test('Node runs with the flags of a service', {
  skip: process.platform !== 'linux',
}, async t => {
  const server = new ModelServer(t, [FRAUD], ['--disable-warning=ExperimentalWarning'])
  await server.address()
  const [, ...args] = (await readFile(`/proc/${server.pid}/cmdline`, 'utf8')).split('\0')
  const flags = ['--disable-warning=ExperimentalWarning', ...SERVICE_LAUNCH.flags]
  assert.deepEqual(args.slice(0, flags.length), flags)
  await server.stop()
})

test('probes and metrics are there, and neither Kafka nor Redis is loaded', async t => {
  const server = new ModelServer(t, [FRAUD], ['--import', TRACED])
  const address = await server.address()
  for (const path of ['/livez', '/readyz', '/v2/health/ready'])
    assert.equal((await fetch(address + path)).status, 200, path)
  assert.match(
    await (await fetch(`${address}/metrics`)).text(),
    /process_cpu_seconds_total\{service="serve"\}/,
  )
  await server.stop()
  const loaded = server.log.split('\n').filter(line => line.startsWith('LOADS '))
  assert.ok(loaded.some(line => line.includes('fastify')))
  assert.deepStrictEqual(
    loaded.filter(line => /kafka|redis|avsc|hyparquet|aws4fetch/i.test(line)),
    [],
  )
})

test('with --watch new, changed and broken files are taken, left and mended while it serves', async t => {
  const folder = await temporaryFolder(t)
  const put = async (name: string, from: string | Buffer) => {
    const path = join(folder, name)
    await (typeof from === 'string' ? cp(from, `${path}~`) : writeFile(`${path}~`, from))
    await rename(`${path}~`, path)
  }
  await put('first.onnx', FRAUD_FILE)
  const server = new ModelServer(t, [folder, '--watch'])
  const address = await server.address()
  const metadata = async (name: string) => {
    const response = await fetch(`${address}/v2/models/${name}`)
    return (await response.json()) as { readonly inputs?: readonly { readonly shape: readonly number[] }[] }
  }
  const before = await metadata('first')
  await put('second.onnx', FRAUD_FILE)
  await server.printed(/second 1 serves/)
  await put('first.onnx', Buffer.from('no model'))
  await server.printed(/first 1 is refused/)
  assert.deepStrictEqual(await metadata('first'), before)
  await put('first.onnx', join(CLICK, '1/model.onnx'))
  await server.printed(/first 1 serves/)
  assert.notDeepStrictEqual((await metadata('first')).inputs, before.inputs)
  assert.equal(await server.stop(), 0)
})

test('a folder of models serves those that can be used, and names those that cannot', async t => {
  const folder = await temporaryFolder(t)
  await cp(FRAUD, join(folder, 'card_fraud'), { recursive: true })
  await mkdir(join(folder, 'broken/1'), { recursive: true })
  await writeFile(join(folder, 'broken/1/model.onnx'), 'no model')
  const server = new ModelServer(t, [folder])
  const address = await server.address()
  assert.match(server.output, /^broken 1 is refused: /m)
  assert.equal((await fetch(`${address}/v2/models/card_fraud`)).status, 200)
  assert.equal((await fetch(`${address}/v2/models/broken`)).status, 503)
})

test('what cannot be served at all is said in a line, with exit code 1', async t => {
  const folder = await temporaryFolder(t)
  const empty = new ModelServer(t, [folder])
  assert.equal(await empty.ended(), 1)
  assert.match(empty.log, /^MODEL_INVALID: .* has no model: /)
  await writeFile(join(folder, 'bad.onnx'), 'no model')
  const bad = new ModelServer(t, [join(folder, 'bad.onnx')])
  assert.equal(await bad.ended(), 1)
  assert.match(bad.log, /^MODEL_INVALID: /m)
})
