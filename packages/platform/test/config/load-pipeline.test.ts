import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadPipeline } from '../../src/config/load-pipeline.ts'

async function fileWith(t: TestContext, source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-pipeline-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'pipeline.ts')
  await writeFile(file, source)
  return file
}

test('the default export of a pipeline file is loaded', async t => {
  const parts = ['namespace', 'scored', 'events', 'views', 'onDemand', 'model', 'monitor']
  const file = await fileWith(t, `export default { ${parts.map(part => `${part}: '${part}'`)} }`)
  const pipeline = await loadPipeline(file)
  assert.equal(pipeline.namespace, 'namespace')
})

test('a path without a file is refused', async () => {
  await assert.rejects(loadPipeline('no/such/pipeline.ts'), {
    code: 'CONFIG_INVALID',
    message: /no\/such\/pipeline\.ts cannot be used: there is no such file\.$/,
  })
})

test('a file that exports no pipeline by default is refused', async t => {
  await assert.rejects(loadPipeline(await fileWith(t, 'export const pipeline = {}')), {
    code: 'CONFIG_INVALID',
    message: /its default export is no definePipeline\(\{…\}\)\.$/,
  })
})

test('a file with an error is refused and the error is kept as the cause', async t => {
  const refused = loadPipeline(await fileWith(t, 'throw new Error("broken on purpose")'))
  await assert.rejects(refused, error => {
    assert.ok(error instanceof Error && error.cause instanceof Error)
    assert.match(error.message, /it cannot be loaded: Error: broken on purpose\.$/)
    assert.equal(error.cause.message, 'broken on purpose')
    return true
  })
})
