import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createScoring, type Scoring } from '../../src/model/scoring.ts'
import { FolderRegistry } from '../../src/registry/folder/folder-registry.ts'
import { readVersion } from '../../src/registry/read-version.ts'
import { servedRoles } from '../../src/registry/served-roles.ts'
import { watchRegistry } from '../../src/registry/watch-registry.ts'
import { type HostEvent, ModelHost } from '../../src/served/model-host.ts'
import { linearModel } from '../onnx/onnx-bytes.ts'

const MODEL = { name: 'fraud', inputs: ['a', 'b'] }

/** The files of a version whose score is weight · (a + b). */
function filesOf(version: string, weight: number, sampleScore = 3 * weight) {
  const onnx = linearModel([weight, weight])
  const sample = { rows: [[1, 2]], scores: [sampleScore] }
  const manifest = { ...MODEL, version, digest: hash('sha256', onnx), sample }
  return { 'model.onnx': onnx, 'manifest.json': JSON.stringify(manifest), 'reference.json': '{}' }
}

/** A host that serves what a folder's aliases name, and looks when it is told to. */
async function openHost(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-serve-'))
  const registry = new FolderRegistry({ folderOf: () => folder })
  await registry.publish('fraud', '1', filesOf('1', 1))
  const events: HostEvent[] = []
  const host = new ModelHost<Scoring>({
    name: 'fraud',
    load: async version => createScoring(await readVersion(registry, version, MODEL), MODEL),
    onEvent: event => events.push(event),
  })
  const ending = new AbortController()
  let looked = Promise.withResolvers<void>()
  const watch = watchRegistry({
    registry,
    model: 'fraud',
    every: 3_600_000,
    signal: ending.signal,
    onChange: aliases => host.apply(servedRoles(aliases)).finally(() => looked.resolve()),
  })
  t.after(async () => {
    ending.abort()
    await watch.ended
    await host.unload()
    await rm(folder, { recursive: true })
  })
  await looked.promise
  const look = async (): Promise<void> => {
    looked = Promise.withResolvers()
    watch.hint()
    await looked.promise
  }
  const score = async (): Promise<number> => (await host.answering.score([[1, 2]]))[0]!
  return { registry, host, look, score, events }
}

test('a promotion is served after the next look, and taken back after the one behind it', async t => {
  const { registry, look, score } = await openHost(t)
  assert.equal(await score(), 3)
  await registry.setAlias('fraud', 'champion', '1', { expected: '1' })
  await registry.publish('fraud', '2', filesOf('2', 10))
  await registry.setAlias('fraud', 'champion', '2', { expected: '1' })
  await look()
  assert.equal(await score(), 30)
  await registry.setAlias('fraud', 'champion', '1', { expected: '2', undo: true })
  await look()
  assert.equal(await score(), 3)
})

test('a version that scores otherwise than in training is refused, and the one before serves on', async t => {
  const { registry, host, look, score, events } = await openHost(t)
  await registry.publish('fraud', '2', filesOf('2', 10, 31))
  await look()
  assert.equal(await score(), 3)
  const refused = events.filter(event => event.kind === 'refused')
  assert.deepStrictEqual(refused, [
    {
      kind: 'refused',
      version: '2',
      reason: "The model gives 30 for row 1 of its manifest's sample, not 31.",
    },
  ])
  assert.equal(host.index().find(({ version }) => version === '2')?.state, 'UNAVAILABLE')
})

test('canary and shadow are in memory beside the champion, a challenger is not', async t => {
  const { registry, host, look } = await openHost(t)
  for (const version of ['2', '3', '4'])
    await registry.publish('fraud', version, filesOf(version, Number(version)))
  await registry.setAlias('fraud', 'champion', '1', { expected: '4' })
  await registry.setAlias('fraud', 'canary', '2', { expected: undefined, share: 0.5 })
  await registry.setAlias('fraud', 'shadow', '3', { expected: undefined })
  await registry.setAlias('fraud', 'challenger', '4', { expected: undefined })
  await look()
  assert.deepStrictEqual(host.versions, ['1', '2', '3'])
  assert.equal((await host.roleOf('canary')!.score([[1, 2]]))[0], 6)
  assert.equal((await host.roleOf('shadow')!.score([[1, 2]]))[0], 9)
})
