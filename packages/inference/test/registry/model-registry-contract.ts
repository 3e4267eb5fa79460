import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { BACKGROUND, MANIFEST, type ModelRegistry, REFERENCE } from '../../src/registry/model-registry.ts'
import { externalModel } from './external-model.ts'

export type Files = Readonly<Record<string, string | Uint8Array>>

/** A registry with a model of its own that nobody used before, and the way in which its users publish. */
export interface RegistryUnderTest {
  readonly registry: ModelRegistry
  readonly model: string
  /** Publishes the next version, and answers its number. */
  publish(files: Files): Promise<string>
}

export type OpenRegistry = (t: TestContext) => Promise<RegistryUnderTest>

const ONNX = externalModel()
const FILES: Files = { 'model.onnx': ONNX, [MANIFEST]: '{"a":1}', [REFERENCE]: '{"b":"ü"}' }

/** What every `ModelRegistry` must do, as tests. */
export function testModelRegistry(name: string, open: OpenRegistry): void {
  test(`${name}: versions are listed by their number`, async t => {
    const { registry, model, publish } = await open(t)
    const published: string[] = []
    for (let i = 0; i < 11; i++) published.push(await publish(FILES))
    const versions = await registry.versions(model)
    assert.deepStrictEqual(
      versions.map(({ version }) => version),
      published,
    )
    assert.deepStrictEqual(published.at(-1), '11')
    for (const { created } of versions) assert.ok(Math.abs(Date.now() - created) < 600_000)
  })

  test(`${name}: an alias names a version until it is changed or taken away`, async t => {
    const { registry, model, publish } = await open(t)
    await publish(FILES)
    await publish(FILES)
    await registry.setAlias(model, 'shadow', '1', { expected: undefined })
    assert.deepStrictEqual((await registry.aliases(model)).get('shadow'), { version: '1' })
    await registry.setAlias(model, 'shadow', '2', { expected: '1' })
    assert.deepStrictEqual((await registry.aliases(model)).get('shadow'), { version: '2' })
    await registry.deleteAlias(model, 'shadow', { expected: '2' })
    assert.equal((await registry.aliases(model)).get('shadow'), undefined)
  })

  test(`${name}: a change that was decided on something else is refused and changes nothing`, async t => {
    const { registry, model, publish } = await open(t)
    await publish(FILES)
    await publish(FILES)
    await registry.setAlias(model, 'shadow', '1', { expected: undefined })
    const before = await registry.history(model)
    const message =
      'The alias "shadow" names version 1, and no longer version 2: somebody else has changed it. Look again, then decide anew.'
    const refused = { code: 'ALIAS_CHANGED', message }
    await assert.rejects(registry.setAlias(model, 'shadow', '2', { expected: '2' }), refused)
    await assert.rejects(registry.deleteAlias(model, 'shadow', { expected: '2' }), refused)
    await assert.rejects(registry.setAlias(model, 'shadow', '2', { expected: undefined }), {
      code: 'ALIAS_CHANGED',
      message: /and no longer nothing/,
    })
    assert.deepStrictEqual((await registry.aliases(model)).get('shadow'), { version: '1' })
    assert.deepStrictEqual(await registry.history(model), before)
  })

  test(`${name}: the history has every move with what was before`, async t => {
    const { registry, model, publish } = await open(t)
    await publish(FILES)
    await publish(FILES)
    await registry.setAlias(model, 'shadow', '1', { expected: undefined })
    await registry.setAlias(model, 'shadow', '2', { expected: '1' })
    await registry.setAlias(model, 'shadow', '1', { expected: '2', undo: true })
    await registry.deleteAlias(model, 'shadow', { expected: '1' })
    const history = await registry.history(model)
    for (const { at } of history) assert.ok(Math.abs(Date.now() - at) < 600_000)
    assert.deepStrictEqual(
      history.map(({ at: _, ...move }) => move),
      [
        { alias: 'shadow', from: null, to: '1' },
        { alias: 'shadow', from: '1', to: '2' },
        { alias: 'shadow', from: '2', to: '1', undo: true },
        { alias: 'shadow', from: '1', to: null },
      ],
    )
  })

  test(`${name}: the canary's share is kept with it, and goes when it is not said again`, async t => {
    const { registry, model, publish } = await open(t)
    await publish(FILES)
    const canary = async () => (await registry.aliases(model)).get('canary')
    await registry.setAlias(model, 'canary', '1', { expected: undefined, share: 0.05 })
    assert.deepStrictEqual(await canary(), { version: '1', share: 0.05 })
    await registry.setAlias(model, 'canary', '1', { expected: '1', share: 1 })
    assert.deepStrictEqual(await canary(), { version: '1', share: 1 })
    await registry.setAlias(model, 'canary', '1', { expected: '1' })
    assert.deepStrictEqual(await canary(), { version: '1' })
  })

  test(`${name}: names that could be taken for a version are no aliases`, async t => {
    const { registry, model, publish } = await open(t)
    await publish(FILES)
    for (const alias of ['', '3', 'v3', 'latest', 'two words', 'a/b', '__proto__']) {
      await assert.rejects(registry.setAlias(model, alias, '1', { expected: undefined }), {
        code: 'CONFIG_INVALID',
      })
    }
  })

  test(`${name}: a version is read with its documents, byte for byte`, async t => {
    const { registry, model, publish } = await open(t)
    const files = { ...FILES, [BACKGROUND]: '[[1]]', 'card.md': '# for people' }
    await publish(files)
    const { place: _, strict: __, ...read } = await registry.read(model, '1')
    assert.deepStrictEqual(
      { ...read, onnx: Buffer.from(read.onnx) },
      {
        name: model,
        version: '1',
        onnx: Buffer.from(ONNX),
        digest: hash('sha256', ONNX),
        weights: [],
        documents: new Map([
          [MANIFEST, '{"a":1}'],
          [REFERENCE, '{"b":"ü"}'],
          [BACKGROUND, '[[1]]'],
        ]),
      },
    )
  })

  test(`${name}: weights outside the ONNX file come with it`, async t => {
    const { registry, model, publish } = await open(t)
    const weights = Buffer.alloc(300_000, 7)
    await publish({ ...FILES, 'model.onnx': externalModel('weights.bin'), 'weights.bin': weights })
    const read = await registry.read(model, '1')
    assert.deepStrictEqual(read.weights, [{ path: 'weights.bin', data: weights }])
  })

  test(`${name}: weights that are missing are named`, async t => {
    const { registry, model, publish } = await open(t)
    await publish({ ...FILES, 'model.onnx': externalModel('weights.bin') })
    await assert.rejects(registry.read(model, '1'), { code: 'MODEL_INVALID', message: /weights\.bin/ })
  })

  test(`${name}: a truncated ONNX file is refused`, async t => {
    const { registry, model, publish } = await open(t)
    await publish({ ...FILES, 'model.onnx': externalModel('weights.bin').subarray(0, 20) })
    await assert.rejects(registry.read(model, '1'), {
      code: 'MODEL_INVALID',
      message: /model\.onnx is no ONNX file, or is truncated: write it anew\.$/,
    })
  })

  test(`${name}: a document is read alone, or known not to be there`, async t => {
    const { registry, model, publish } = await open(t)
    await publish(FILES)
    assert.equal(await registry.readDocument(model, '1', REFERENCE), '{"b":"ü"}')
    assert.equal(await registry.readDocument(model, '1', BACKGROUND), undefined)
  })

  test(`${name}: a version that is not there is refused by every question`, async t => {
    const { registry, model, publish } = await open(t)
    await publish(FILES)
    const refused = { code: 'MODEL_INVALID' }
    await assert.rejects(registry.read(model, '7'), refused)
    await assert.rejects(registry.readDocument(model, '7', MANIFEST), refused)
    await assert.rejects(registry.setAlias(model, 'shadow', '7', { expected: undefined }), refused)
    assert.equal((await registry.aliases(model)).get('shadow'), undefined)
  })

  test(`${name}: a model that nobody published is refused by every question`, async t => {
    const { registry } = await open(t)
    const refused = { code: 'MODEL_INVALID' }
    await assert.rejects(registry.versions('nobody'), refused)
    await assert.rejects(registry.aliases('nobody'), refused)
    await assert.rejects(registry.read('nobody', '1'), refused)
  })
}
