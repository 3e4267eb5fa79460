import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { cardFraud } from '@millrace/card-fraud'
import { writeCardVersions } from '../harness/card-versions.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { MlflowServer } from './mlflow-server.ts'

const PAYMENT = {
  transactionId: 'a',
  customerId: '1',
  terminalId: '1',
  amount: 80,
  occurredAt: TEST_NOW,
}

test('a scorer follows the aliases of MLflow, and answers while MLflow is away', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-mlflow-scorer-'))
  t.after(() => rm(folder, { recursive: true }))
  const server = await MlflowServer.start()
  t.after(() => server[Symbol.asyncDispose]())
  await writeCardVersions(join(folder, 'versions'))
  await server.createModel(cardFraud.name)
  for (const version of ['1', '2'])
    await server.publish(cardFraud.name, await filesOf(join(folder, 'versions', version)))
  const env = {
    MODEL_REGISTRY: server.url,
    MODEL_REGISTRY_EVERY_MS: '200',
    MODEL_CACHE: join(folder, 'cache'),
  }
  const deployment = await Deployment.start(t, { order: 'arrival', env })
  await deployment.printed('models', 'promote', '1')
  const [, scorer] = await deployment.run('feature-builder', 'scorer')
  const untilVersion = async (version: string): Promise<void> => {
    while ((await versionAt(scorer!.url)) !== version) await delay(50)
  }
  assert.equal(await versionAt(scorer!.url), '1')
  await deployment.printed('models', 'promote', '2')
  await untilVersion('2')
  await deployment.printed('models', 'rollback')
  await untilVersion('1')
  await server[Symbol.asyncDispose]()
  assert.equal(await versionAt(scorer!.url), '1')
  assert.equal(await scorer!.stop(), 0)
  scorer!.restart()
  await scorer!.ready()
  assert.equal(await versionAt(scorer!.url), '1')
})

async function filesOf(folder: string): Promise<Record<string, Uint8Array>> {
  const files: [string, Uint8Array][] = []
  for (const name of await readdir(folder)) files.push([name, await readFile(join(folder, name))])
  return Object.fromEntries(files)
}

/** The version that decides on a payment now. */
async function versionAt(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/score`, { method: 'POST', body: JSON.stringify(PAYMENT) })
  assert.equal(response.status, 200, await response.clone().text())
  const answer = (await response.json()) as { readonly model: { readonly version: string } }
  return answer.model.version
}
