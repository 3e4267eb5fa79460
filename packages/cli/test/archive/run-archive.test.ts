import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days } from '@millrace/core'
import { bytesSource, ParquetFile, parseArchiveFileName } from '@millrace/platform/offline'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { followArchive } from '../../src/archive/follow-archive.ts'
import { runArchive } from '../../src/archive/run-archive.ts'
import { ArchiveSummary } from '../../src/archive/summary.ts'
import { pipeline, predictionOf } from '../fixtures.ts'
import {
  Crash,
  CrashingStorage,
  parentOf,
  predictionsOf,
  type Scripted,
  ScriptedLog,
} from './scripted-log.ts'

const JANUARY = Date.UTC(2026, 0, 1)
const sources = await predictionsOf(pipeline)

test('records go into one file for each day of their event times, named by the offsets that were read', async () => {
  const log = new ScriptedLog([[given(0, 0), given(1, 1), given(2, 0)], [given(0, 3)]])
  const storage = new CrashingStorage()
  const summary = await archive(log, storage)
  assert.deepStrictEqual(filesOf(storage), [
    'kind=predictions/date=2026-01-01/small.predictions-00000-0000000000000000-0000000000000002.parquet',
    'kind=predictions/date=2026-01-02/small.predictions-00000-0000000000000000-0000000000000002.parquet',
    'kind=predictions/date=2026-01-04/small.predictions-00001-0000000000000000-0000000000000000.parquet',
  ])
  assert.deepStrictEqual(await idsOf(storage), ['0', '2', '1', '0'])
  assert.deepStrictEqual(summary.describe(), [
    'predictions: 4 rows in 3 files, from 2026-01-01T00:00:00.000Z to 2026-01-04T00:00:00.000Z.',
  ])
})

test('a later run adds what came since, and nothing when nothing did', async () => {
  const log = new ScriptedLog([[given(0), given(1)]])
  const storage = new CrashingStorage()
  await archive(log, storage)
  log.partitions[0]!.push(given(2))
  await archive(log, storage)
  const before = [...storage.objects]
  assert.deepStrictEqual((await archive(log, storage)).describe(), ['predictions: nothing new.'])
  assert.deepStrictEqual([...storage.objects], before)
  assert.deepStrictEqual(filesOf(storage).map(boundsOf), [
    [0, 1],
    [2, 2],
  ])
  assert.deepStrictEqual(await idsOf(storage), ['0', '1', '2'])
})

test('a stretch ends when it has as many records as files may hold', async () => {
  const log = new ScriptedLog([[given(0), undefined, given(1), given(2), undefined, given(3), given(4)]])
  const storage = new CrashingStorage()
  await archive(log, storage, 2)
  assert.deepStrictEqual(filesOf(storage).map(boundsOf), [
    [0, 2],
    [3, 5],
    [6, 6],
  ])
})

test('a repeat is left out, within a run and in a later one', async () => {
  const log = new ScriptedLog([[given(0), given(1), given(0), given(1), given(2)]])
  const storage = new CrashingStorage()
  const first = await archive(log, storage, 2)
  assert.match(first.describe()[0]!, /^predictions: 3 rows .* Left out: 2 repeats\.$/)
  log.partitions[0]!.push(given(1), given(2), given(3))
  await archive(log, storage)
  assert.deepStrictEqual(await idsOf(storage), ['0', '1', '2', '3'])
})

test('parents of another version, stage partition or source are no repeats', async () => {
  const places = [{ version: 2 }, ...['partition', 'input', 'via'].map(name => ({ [name]: 1 }))]
  const others = places.map(({ version = 1, ...place }: Record<string, number>) =>
    predictionOf('x', { version, parent: { ...parentOf(0), ...place }, eventTime: JANUARY }),
  )
  const storage = new CrashingStorage()
  await archive(new ScriptedLog([[given(0), ...others], [given(0)]]), storage)
  assert.deepStrictEqual(await idsOf(storage), ['0', 'x', 'x', 'x', 'x', '0'])
})

test('records without a value are no rows', async () => {
  const storage = new CrashingStorage()
  await archive(new ScriptedLog([[null, given(0), null]]), storage)
  assert.deepStrictEqual(await idsOf(storage), ['0'])
})

test('a topic that lost what comes next stops the run, even if it was empty when last looked at', async () => {
  for (const before of [[], [given(0)]]) {
    const log = new ScriptedLog([before])
    const storage = new CrashingStorage()
    await archive(log, storage)
    log.partitions[0]!.push(given(1), given(2))
    log.low = 2
    await assert.rejects(archive(log, storage), { code: 'HISTORY_LOST' })
  }
})

test('a topic that ends before what is archived stops the run', async () => {
  const storage = new CrashingStorage()
  await archive(new ScriptedLog([[given(0), given(1)]]), storage)
  await assert.rejects(archive(new ScriptedLog([[given(0)]]), storage), { code: 'HISTORY_LOST' })
})

test('a topic that ends within a stretch of which there are files stops the run', async () => {
  const objects = await crashed(new ScriptedLog([[given(0, 0), given(1, 1)]]), 2)
  const shorter = new ScriptedLog([[given(0, 0)]])
  await assert.rejects(archive(shorter, new CrashingStorage(objects)), { code: 'HISTORY_LOST' })
})

test('files without a position, and a position that is damaged, stop the run', async () => {
  const log = new ScriptedLog([[given(0)]])
  const storage = new CrashingStorage()
  await archive(log, storage)
  const name = '_positions/small.predictions-00000.json'
  for (const text of ['{"next":', 'null', '{"next":-1,"parents":{}}', '{"next":1,"parents":null}']) {
    storage.objects.set(name, Buffer.from(text))
    await assert.rejects(archive(log, storage), { code: 'INPUT_INVALID' }, text)
  }
  storage.objects.delete(name)
  await assert.rejects(archive(log, storage), { code: 'INPUT_INVALID' })
})

test('a run that is ended early leaves the rest to the next one', async () => {
  const log = new ScriptedLog([Array.from({ length: 9 }, (_, i) => given(i)), [given(0)]])
  const storage = new CrashingStorage()
  const ending = new AbortController()
  const write = storage.write.bind(storage)
  storage.write = async (name, bytes) => {
    await write(name, bytes)
    if (name.endsWith('.parquet')) ending.abort()
  }
  await archive(log, storage, 2, ending.signal)
  assert.deepStrictEqual(await idsOf(storage), ['0', '1'])
  await archive(log, storage)
  assert.deepStrictEqual(await idsOf(storage), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '0'])
})

test('following archives what comes in while it waits, until it is ended', async () => {
  const log = new ScriptedLog([[given(0)]])
  const storage = new CrashingStorage()
  const ending = new AbortController()
  const write = storage.write.bind(storage)
  storage.write = async (name, bytes) => {
    await write(name, bytes)
    if (!name.endsWith('.parquet')) return
    if (log.partitions[0]!.length < 4) log.partitions[0]!.push(given(log.partitions[0]!.length))
    else ending.abort()
  }
  const summary = new ArchiveSummary()
  const options = { log, storage, sources, rowsPerFile: 100, summary, signal: ending.signal }
  await followArchive(options, 1)
  assert.deepStrictEqual(await idsOf(storage), ['0', '1', '2', '3'])
  assert.match(summary.describe()[0]!, /^predictions: 4 rows in 4 files/)
})

test('a run that ends at any write, and one after it, leave each record once, though more has come in between', async () => {
  await forEachSeed(25, async random => {
    const { records, more } = randomPartition(random)
    const [rowsPerFile, batch] = [random.integer(1, 6), random.integer(1, 5)]
    const expected = firstOnes([...records, ...more])
    for (let writes = 0, isWhole = false; !isWhole; writes++) {
      const log = new ScriptedLog([records], batch)
      const objects = new Map<string, Uint8Array>()
      isWhole = await endsWhole(archive(log, new CrashingStorage(objects, writes), rowsPerFile))
      log.partitions[0]!.push(...more)
      await endsWhole(archive(log, new CrashingStorage(objects, random.integer(0, 6)), rowsPerFile))
      const written = new Map(objects)
      await archive(log, new CrashingStorage(objects), random.integer(1, 6))
      assert.deepStrictEqual((await idsOf(new CrashingStorage(objects))).toSorted(), expected)
      for (const [name, bytes] of written) {
        if (name.endsWith('.parquet')) assert.deepStrictEqual(objects.get(name), bytes, name)
      }
    }
  })
})

test('a run after one that ended at any write leaves the very files of one that did not end', async () => {
  const records = Array.from({ length: 12 }, (_, i) => given(i, i % 3))
  const whole = new CrashingStorage()
  await archive(new ScriptedLog([records]), whole, 5)
  for (let writes = 0; writes < whole.objects.size + 1; writes++) {
    const objects = await crashed(new ScriptedLog([records]), writes, 5)
    await archive(new ScriptedLog([records]), new CrashingStorage(objects), 5)
    assert.deepStrictEqual(objects, whole.objects)
  }
})

test('a position that went back is caught up with by the very files that are there', async () => {
  const log = new ScriptedLog([Array.from({ length: 9 }, (_, i) => given(i % 5, i % 2))])
  const storage = new CrashingStorage()
  await archive(new ScriptedLog([[]]), storage)
  const position = [...storage.objects]
  await archive(log, storage, 2)
  const whole = new Map(storage.objects)
  for (const [name, bytes] of position) storage.objects.set(name, bytes)
  await archive(log, storage, 7)
  assert.deepStrictEqual(storage.objects, whole)
})

/** The nth record of a stage partition, on a day of January. */
function given(n: number, day = 0) {
  return predictionOf(String(n), { parent: parentOf(n), eventTime: JANUARY + days(day) })
}

async function archive(
  log: ScriptedLog,
  storage: CrashingStorage,
  rowsPerFile = 100,
  signal?: AbortSignal,
): Promise<ArchiveSummary> {
  const summary = new ArchiveSummary()
  await runArchive({ log, storage, sources, rowsPerFile, summary, ...(signal && { signal }) })
  return summary
}

/** What a run has left that ended at the write after so many. */
async function crashed(log: ScriptedLog, writes: number, rowsPerFile?: number) {
  const storage = new CrashingStorage(new Map(), writes)
  await endsWhole(archive(log, storage, rowsPerFile))
  return storage.objects
}

async function endsWhole(run: Promise<unknown>): Promise<boolean> {
  try {
    await run
    return true
  } catch (error) {
    if (error instanceof Crash) return false
    throw error
  }
}

/** Records of some days with gaps, records without values, and repeats as a crash upstream leaves them. */
function randomPartition(random: SeededRandom): { records: Scripted[]; more: Scripted[] } {
  const all: Scripted[] = []
  let n = 0
  for (let i = 0; i < 20; i++) {
    const chance = random.next()
    if (chance < 0.1) all.push(undefined)
    else if (chance < 0.2) all.push(null)
    else if (chance < 0.3) n = Math.max(0, n - random.integer(1, 6))
    else {
      all.push(given(n, (n * 7) % 3))
      n++
    }
  }
  return { records: all.slice(0, 14), more: all.slice(14) }
}

function firstOnes(records: readonly Scripted[]): string[] {
  return [...new Set(records.flatMap(record => (record ? [String(record.id)] : [])))].toSorted()
}

function filesOf({ objects }: CrashingStorage): string[] {
  return [...objects.keys()].filter(name => name.endsWith('.parquet')).toSorted()
}

function boundsOf(name: string): number[] {
  const { first, last } = parseArchiveFileName(name)!
  return [first, last]
}

/** The ids of all rows, file by file. */
async function idsOf(storage: CrashingStorage): Promise<(string | null)[]> {
  const ids: (string | null)[] = []
  for (const name of filesOf(storage)) {
    const file = await ParquetFile.open(bytesSource(storage.objects.get(name)!))
    for (const group of file.rowGroups) ids.push(...((await file.read('id', group)) as string[]))
  }
  return ids
}
