import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { days, type EncoderArtifact, type FittedEncoder, hashText, hours } from '@millrace/core'
import { temporaryFolder } from '../project.ts'
import { type Order, orderEvents, orderLines, START } from './order-events.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** A project with the pipeline of orders, and a file of its events. */
async function orderProject(t: TestContext, lines: string): Promise<string> {
  const folder = await temporaryFolder(t)
  await symlink(path('../../../../node_modules'), join(folder, 'node_modules'))
  await cp(path('orders'), folder, { recursive: true })
  await writeFile(join(folder, 'events.ndjson'), lines)
  return folder
}

async function millrace(cwd: string, ...args: readonly string[]) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>()
  const child = execFile(
    process.execPath,
    [path('../../src/main.ts'), ...args],
    { cwd },
    (_, stdout, stderr) => resolve({ code: child.exitCode!, stdout, stderr }),
  )
  return promise
}

async function readArtifact(folder: string): Promise<EncoderArtifact> {
  return JSON.parse(await readFile(join(folder, 'encoders/orders.json'), 'utf8'))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}

function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`)
}

/** Counts and sums of outcomes in each of five folds. */
function naiveSums(orders: readonly Order[], outcomes: ReadonlyMap<string, boolean>) {
  const sums = { counts: [0, 0, 0, 0, 0], sums: [0, 0, 0, 0, 0] }
  for (const { orderId } of orders) {
    const fold = hashText(orderId) % 5
    sums.counts[fold]!++
    sums.sums[fold]! += Number(outcomes.get(orderId))
  }
  return sums
}

test('encoders are fitted on the events of the window, with views that all events have filled', async t => {
  const given = orderEvents(300)
  const folder = await orderProject(t, orderLines(given))
  const args = ['--input', 'events.ndjson', '--from', '2026-01-03', '--to', '2026-01-10T00:00:00Z']
  const { code, stdout, stderr } = await millrace(folder, 'fit', ...args)
  assert.deepStrictEqual([code, stderr], [0, ''])
  const { encoders, window, rows, digest } = await readArtifact(folder)
  assert.deepStrictEqual(window, { start: Date.UTC(2026, 0, 3), end: Date.UTC(2026, 0, 10) })
  const orders = given.orders.filter(({ at }) => at >= window.start && at < window.end)
  assert.equal(rows, orders.length)
  assert.deepStrictEqual(Object.keys(encoders), ['amount_z', 'mean_bin', 'channel_risk', 'weight'])

  const logged = orders.map(({ amount }) => Math.log1p(amount))
  const mean = logged.reduce((sum, value) => sum + value, 0) / rows
  const squares = logged.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const scaling = encoders['amount_z'] as Extract<FittedEncoder, { kind: 'standard-scaling' }>
  assertNear(scaling.mean, mean)
  assertNear(scaling.deviation, Math.sqrt(squares / rows))

  const { value } = encoders['weight'] as Extract<FittedEncoder, { kind: 'imputation' }>
  assert.equal(value, median(orders.flatMap(({ weight }) => weight ?? [])))

  const risk = encoders['channel_risk'] as Extract<FittedEncoder, { kind: 'target' }>
  assert.deepStrictEqual(risk.all, naiveSums(orders, given.outcomes))
  for (const [channel, sums] of risk.categories) {
    const same = orders.filter(order => order.channel === channel)
    assert.deepStrictEqual(sums, naiveSums(same, given.outcomes))
  }

  const means = orders.map(({ at, customer }) => {
    const seen = given.orders.filter(o => o.customer === customer && o.at <= at && o.at > at - days(7))
    return seen.reduce((sum, { amount }) => sum + amount, 0) / seen.length
  })
  const { edges } = encoders['mean_bin'] as Extract<FittedEncoder, { kind: 'binning' }>
  assertNear(edges[1]!, median(means))

  assert.match(
    stdout,
    /^Learnt from 168 events, 2026-01-03T00:00:00\.000Z up to 2026-01-10T00:00:00\.000Z:\n/,
  )
  assert.match(
    stdout,
    /\n {2}amount_z +standard-scaling of amount_log +mean 3\.\d+, standard deviation 0\.\d+\n/,
  )
  assert.match(stdout, /\n {2}channel_risk +target of channel +3 categories, overall mean 0\.\d+\n/)
  assert.ok(stdout.endsWith(`Written to encoders/orders.json, digest ${digest}.\n`))
})

test('the same events teach the same, from one file or from several', async t => {
  const lines = orderLines(orderEvents(100))
  const folder = await orderProject(t, lines)
  await millrace(folder, 'fit', '--input', 'events.ndjson')
  const artifact = await readArtifact(folder)
  assert.deepStrictEqual(artifact.window, { start: START, end: START + hours(99) + 1 })
  const middle = lines.indexOf('\n', lines.length / 2) + 1
  await writeFile(join(folder, 'a.ndjson'), lines.slice(0, middle))
  await writeFile(join(folder, 'b.ndjson'), lines.slice(middle))
  await millrace(folder, 'fit', '--input', 'a.ndjson', '--input', 'b.ndjson')
  assert.deepStrictEqual(await readArtifact(folder), artifact)
})

test('validate shows the encoders, and says that they must be fitted, until they are', async t => {
  const folder = await orderProject(t, orderLines(orderEvents(50)))
  const before = await millrace(folder, 'validate')
  assert.equal(before.code, 1)
  assert.match(
    before.stderr,
    /^\nA fault:\n- The encoders amount_z, .* were not fitted: .* millrace fit --pipeline /,
  )
  assert.match(before.stdout, /\n {2}channel_risk +target +channel +mean +mean +yes\n/)
  assert.match(before.stdout, /\n {2}2 +amount_z +encoder, standard-scaling\n/)
  await millrace(folder, 'fit', '--input', 'events.ndjson')
  const after = await millrace(folder, 'validate')
  assert.deepStrictEqual([after.code, after.stderr], [0, ''])
})

test('a changed declaration refuses what was learnt under the old one', async t => {
  const folder = await orderProject(t, orderLines(orderEvents(50)))
  await millrace(folder, 'fit', '--input', 'events.ndjson')
  const file = join(folder, 'pipeline.ts')
  await writeFile(file, (await readFile(file, 'utf8')).replace('smoothing: 5', 'smoothing: 6'))
  const { stderr } = await millrace(folder, 'validate')
  assert.match(stderr, /- The encoders of orders were fitted under another declaration .* millrace fit /)
})

test('what cannot be fitted is refused in words, and nothing is written', async t => {
  const folder = await orderProject(t, orderLines(orderEvents(20)))
  for (const [args, code, words] of [
    [[], 2, /^fit needs --input FILE, once for each file\.\n/],
    [['--input', 'events.ndjson', '--from', 'monday'], 2, /^--from must be a day \(2026-01-31, UTC\), /],
    [
      ['--input', 'events.ndjson', '--from', '2026-02-01', '--to', '2026-01-01'],
      2,
      /^--from must be before --to\.\n/,
    ],
    [
      ['--input', 'events.ndjson', '--from', '2027-01-01'],
      1,
      /^INPUT_INVALID: There is no order in the training window\.\n/,
    ],
    [['--input', 'no.ndjson'], 1, /^INPUT_INVALID: no\.ndjson cannot be read: /],
  ] as const) {
    const { code: actual, stderr } = await millrace(folder, 'fit', ...args)
    assert.equal(actual, code)
    assert.match(stderr, words)
  }
  await assert.rejects(readArtifact(folder), { code: 'ENOENT' })
})

test('a rule is a model of the encoders as they are fitted, and of no others', async t => {
  const folder = await orderProject(t, orderLines(orderEvents(100)))
  assert.match((await millrace(folder, 'model')).stderr, /^ARTIFACT_MISSING: /)
  await millrace(folder, 'fit', '--input', 'events.ndjson')
  assert.deepStrictEqual(await millrace(folder, 'model'), {
    code: 0,
    stdout: 'Version 1 of the model trouble is written from rule.ts, in models/trouble.\n',
    stderr: '',
  })
  const manifest = JSON.parse(await readFile(join(folder, 'models/trouble/1/manifest.json'), 'utf8'))
  assert.equal(manifest.encoders, (await readArtifact(folder)).digest)
  const places = manifest.sample.rows.map((row: readonly unknown[]) => row[4])
  assert.ok(places.includes(null), 'a missing input of the sample is null')
  // Checks the scores of the sample by ONNX Runtime.
  assert.deepStrictEqual((await millrace(folder, 'validate')).stderr, '')
  await millrace(folder, 'fit', '--input', 'events.ndjson', '--from', '2026-01-02')
  assert.match(
    (await millrace(folder, 'validate')).stdout,
    /Remark: "millrace model" or .* will write version 2 /,
  )
  await rm(join(folder, 'rule.ts'))
  assert.match(
    (await millrace(folder, 'validate')).stderr,
    /1 cannot be used: it was trained with the encoders /,
  )
})
