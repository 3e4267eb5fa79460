import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { days, hours } from '@millrace/core'
import { bytesSource, openStorage, ParquetFile } from '@millrace/platform/offline'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { makeTrainingSet, type TrainingSetOptions } from '../../src/training-set/make-training-set.ts'
import { pipeline } from '../fixtures.ts'
import { type Labelled, type Logged, labelled, logged, writeArchive } from './archive.ts'

const START = Date.UTC(2026, 0, 1)

test('a training set has the vectors of the window as they were logged, with the outcomes known as of then', async t => {
  const vectors = [
    logged('before', START - 1),
    logged('a', START, { amount: -0, origin_offset: 7 }),
    logged('b', START + hours(30), { card_feature_time: Number.NaN, truncated: true }),
    logged('unknown', START + hours(1)),
    logged('other', START + hours(2), { version: 2 }),
    logged('young', START + days(3) + 1),
    logged('end', START + days(4)),
  ]
  const ids = vectors.map(({ id }) => id).filter(id => id !== 'unknown')
  const labels = ids.map(id => labelled(id, START + days(10), id === 'b'))
  const { manifest, rows } = await make(t, vectors, labels, {
    from: START,
    to: START + days(4),
    asOf: START + days(10),
    labelDelay: days(7),
  })
  const known = START + days(10)
  assert.deepStrictEqual(rows, [
    { ...vectors[1], outcome: false, outcome_time: known },
    { ...vectors[2], outcome: true, outcome_time: known },
  ])
  assert.deepEqual(manifest.leftOut, { other_version: 1, too_young: 1, duplicate: 0, without_outcome: 1 })
  assert.deepEqual([manifest.rows, manifest.positives], [2, 1])
})

test('of several labels the one known last as of then counts, and of those of one moment the second', async t => {
  const vectors = [logged('a', START), logged('b', START)]
  const labels = [
    labelled('a', START + 10, true),
    labelled('a', START + 5, false),
    labelled('a', START + 21, false),
    labelled('b', START + 20, true),
    labelled('b', START + 20, false),
  ]
  const { rows } = await make(t, vectors, labels, { asOf: START + 20 })
  assert.deepEqual(
    rows.map(({ id, outcome, outcome_time }) => [id, outcome, outcome_time]),
    [
      ['a', true, START + 10],
      ['b', false, START + 20],
    ],
  )
})

test('an outcome that was known before its event is none', async t => {
  const labels = [labelled('a', START - 1, true), labelled('b', START + 5, false)]
  const { rows, manifest } = await make(t, [logged('a', START), logged('b', START)], labels)
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['b'],
  )
  assert.equal(manifest.leftOut.without_outcome, 1)
})

test('without --as-of, what was known last in the archive is the end of knowing', async t => {
  const vectors = [logged('a', START), logged('b', START + hours(2)), logged('c', START + hours(9))]
  const labels = [labelled('a', START + hours(3), true), labelled('b', START + hours(8), true)]
  const { manifest } = await make(t, vectors, labels)
  assert.equal(manifest.asOf, new Date(START + hours(8)).toISOString())
  assert.deepEqual([manifest.rows, manifest.leftOut.too_young], [2, 1])
})

test('a set equals a naive join, however the archive was flushed and however little is looked up at once', async t => {
  await forEachSeed(6, async random => {
    const { vectors, labels, window } = randomArchive(random)
    const { rows, manifest, parts } = await make(t, vectors, labels, window)
    assert.deepStrictEqual(rows, naiveRows(vectors, labels, window))
    const split = await make(t, vectors, labels, { ...window, vectorsAtOnce: 1 }, 7)
    assert.deepEqual(split.parts, parts)
    assert.deepEqual(split.manifest.leftOut, manifest.leftOut)
    const again = await make(t, vectors, labels, window)
    assert.deepEqual(again.manifest, manifest)
  })
})

test('files have so many rows at most, and the manifest names their digests and those of the archive', async t => {
  const vectors = Array.from({ length: 5 }, (_, i) => logged(`p${i}`, START + i))
  const labels = vectors.map(({ id }) => labelled(id, START + hours(1), false))
  const { manifest, output, archive } = await make(t, vectors, labels, { rowsPerFile: 2 })
  assert.deepEqual(
    manifest.files.map(({ path, rows }) => [path, rows]),
    [0, 1, 2].map(i => [`date=2026-01-01/part-0000${i}.parquet`, i < 2 ? 2 : 1]),
  )
  for (const { path, sha256 } of manifest.files) assert.equal(await digestOf(join(output, path)), sha256)
  assert.equal(manifest.sources.length, 2)
  for (const { name, sha256 } of manifest.sources) assert.equal(await digestOf(join(archive, name)), sha256)
  assert.deepEqual(JSON.parse(await readFile(join(output, '_manifest.json'), 'utf8')), manifest)
  const { name, ...content } = manifest
  assert.equal(createHash('sha256').update(JSON.stringify(content)).digest('hex'), name)
})

test('a set replaces the one that was in its folder, and touches nothing else there', async t => {
  const labels = ['a', 'b'].map(id => labelled(id, START + days(2), false))
  const first = await make(t, [logged('a', START), logged('b', START + days(1))], labels)
  await writeFile(join(first.output, 'date=2026-01-01', 'notes.txt'), 'kept')
  await makeTrainingSet(pipeline, {
    archive: openStorage(first.archive),
    output: first.output,
    from: START + days(1),
    labelDelay: 0,
  })
  const found = (await readdir(first.output, { recursive: true })).filter(name => /\.\w+$/.test(name)).sort()
  assert.deepEqual(found, [
    '_manifest.json',
    'date=2026-01-01/notes.txt',
    'date=2026-01-02/part-00000.parquet',
  ])
})

test('a set that breaks off leaves no manifest', async t => {
  const labels = ['a', 'b'].map(id => labelled(id, START + days(2), false))
  const vectors = [logged('a', START), logged('b', START + days(1))]
  const { archive, output } = await make(t, vectors, labels)
  const storage = openStorage(archive)
  let reads = 0
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const isGone = name.includes('kind=vectors/date=2026-01-02') && reads++ > 0
    return isGone ? undefined : storage.read(name)
  }
  const { place } = storage
  const broken = { place, read, list: storage.list.bind(storage), write: storage.write.bind(storage) }
  const options = { archive: broken, output, labelDelay: 0 }
  await assert.rejects(makeTrainingSet(pipeline, options), {
    code: 'INPUT_INVALID',
    message: /changed while/,
  })
  assert.deepEqual(await readdir(output), ['date=2026-01-01'])
})

test('an archive with nothing to learn from is refused, and leaves the earlier set alone', async t => {
  const { archive, output } = await make(t, [logged('a', START)], [labelled('a', START + 5, true)])
  const before = await readdir(output)
  const options = { archive: openStorage(archive), output, labelDelay: days(1) }
  await assert.rejects(makeTrainingSet(pipeline, options), {
    code: 'INPUT_INVALID',
    message: 'The archive has no vector of small 1 in the window with a known outcome: 1 too_young.',
  })
  assert.deepEqual(await readdir(output), before)
  const empty = { ...options, archive: openStorage(join(output, 'nothing')) }
  await assert.rejects(makeTrainingSet(pipeline, empty), {
    code: 'INPUT_INVALID',
    message: /holds no outcome/,
  })
  const { outcome, ...silent } = pipeline
  assert.ok(outcome)
  await assert.rejects(makeTrainingSet(silent, options), { code: 'DECLARATION_INVALID' })
})

test('an input with the name of a column of the set is refused', async t => {
  const { archive, output } = await make(t, [logged('a', START)], [labelled('a', START, true)])
  const { model } = pipeline
  const named = { ...pipeline, model: { ...model, inputs: ['amount', 'outcome'] } }
  const options = { archive: openStorage(archive), output, labelDelay: 0 }
  await assert.rejects(makeTrainingSet(named, options), {
    code: 'DECLARATION_INVALID',
    message: /a column "outcome" of its own/,
  })
})

type Window = Omit<TrainingSetOptions, 'archive' | 'output'>

async function make(
  t: TestContext,
  vectors: readonly Logged[],
  labels: readonly Labelled[],
  window: Partial<Window> = {},
  perFlush?: number,
) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-training-set-'))
  t.after(() => rm(folder, { recursive: true }))
  const [archive, output] = [join(folder, 'archive'), join(folder, 'set')]
  await writeArchive(openStorage(archive), vectors, labels, perFlush)
  const options = { archive: openStorage(archive), output, labelDelay: 0, ...window }
  const manifest = await makeTrainingSet(pipeline, options)
  const parts = await Promise.all(manifest.files.map(({ path }) => readFile(join(output, path))))
  const rows = (await Promise.all(parts.map(rowsOf))).flat()
  return { manifest, rows, parts, archive, output }
}

async function rowsOf(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const file = await ParquetFile.open(bytesSource(bytes))
  const [group] = file.rowGroups
  const rows = Array.from({ length: file.rows }, (): Record<string, unknown> => ({}))
  for (const { name } of file.columns) {
    const values = await file.read(name, group!)
    rows.forEach((row, i) => {
      row[name] = values[i]
    })
  }
  return rows
}

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}

/** Few ids and few times, so that all meet: repeated vectors, several labels of an id, ties, other versions. */
function randomArchive(random: SeededRandom) {
  const below = (n: number): number => random.integer(0, n - 1)
  const vectors: Logged[] = Array.from({ length: 150 }, (_, i) => {
    const time = START + below(6) * hours(17)
    return logged(`p${i}`, time, { version: below(9) === 0 ? 2 : 1, origin_offset: i, amount: random.next() })
  })
  for (let i = 0; i < 30; i++) vectors.push(vectors[below(vectors.length)]!)
  const labels = Array.from({ length: 250 }, () =>
    labelled(`p${below(150)}`, START + below(10) * hours(17), below(3) === 0),
  )
  const from = START + below(3) * hours(17)
  const window = {
    from,
    to: from + (1 + below(5)) * hours(17),
    asOf: START + (5 + below(5)) * hours(17),
    labelDelay: below(4) * hours(17),
  }
  return { vectors, labels, window }
}

/** The rows that a set should have, by looking through everything for each of them. */
function naiveRows(
  vectors: readonly Logged[],
  labels: readonly Labelled[],
  { from, to, asOf, labelDelay }: ReturnType<typeof randomArchive>['window'],
): object[] {
  const first = vectors.filter((vector, i) => vectors.indexOf(vector) === i && vector.version === 1)
  const inWindow = first.filter(
    ({ event_time: time }) => from <= time && time < to && time + labelDelay <= asOf,
  )
  const rows = inWindow.flatMap(vector => {
    const known = labels.filter(({ paymentId, at }) => paymentId === vector.id && at <= asOf)
    const last = known.reduce<Labelled | undefined>(
      (a, b) => (a === undefined || b.at >= a.at ? b : a),
      undefined,
    )
    if (last === undefined || last.at < vector.event_time) return []
    return [{ ...vector, outcome: last.isFraud, outcome_time: last.at }]
  })
  return rows.sort((a, b) => a.event_time - b.event_time || (a.id < b.id ? -1 : 1))
}
