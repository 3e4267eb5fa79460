import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Account, Ledger } from './account.ts'
import { ComposeProject } from './compose-project.ts'
import { buildImage, findCompose, whyNoContainers } from './docker.ts'

const IMAGES = [
  'node:26-bookworm-slim',
  'apache/kafka:4.1.1',
  'redis:7-bookworm',
  'apicurio/apicurio-registry-mem:2.5.11.Final',
  'prom/prometheus:v3.5.0',
  'grafana/grafana:12.2.0',
]
const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']
/** About 160 transactions a second, after 84,000 of history. */
const SPEED = '7200'
const POLL_MS = 500
/** Looks at the topics without any news, after which nothing more is awaited. */
const MOST_UNCHANGED = 20
/** Predictions that are to come before the next disturbance. */
const SOME = 2_000

const compose = await findCompose()
const obstacle = compose === undefined ? 'Compose is not installed' : await whyNoContainers(IMAGES)

test('every transaction counts once, from nothing on, through down and up, and with replicas that come and go', {
  skip: obstacle ?? false,
}, async t => {
  await timed(t, 'the image', async () => void (await buildImage()))
  const project = await ComposeProject.open({
    compose: compose!,
    version: 'test',
    env: { SIMULATION_SPEED: SPEED },
  })
  t.after(() => project.down('--volumes'))

  await timed(t, 'up, from nothing', () => project.up())
  await timed(t, 'every container healthy', () => project.healthy())
  const all = [...SERVICES, 'grafana', 'kafka', 'prometheus', 'redis', 'registry', 'simulator']
  assert.deepEqual(await runningServices(project), all.toSorted())
  await timed(t, `${SOME} predictions more`, () => morePredictions(project))
  await scores(project)
  await timed(t, 'every service scraped', () => scraped(project))

  await timed(t, 'down', () => project.down())
  assert.deepEqual(await project.containers(), [])
  await timed(t, 'up again', () => project.up())
  await timed(t, `${SOME} predictions more`, () => morePredictions(project))
  await scores(project)

  await timed(t, 'up --scale feature-builder=3 --scale scorer=2', () =>
    project.up('--scale', 'feature-builder=3', '--scale', 'scorer=2'),
  )
  await timed(t, 'every container healthy', () => project.healthy())
  const scaled = [...all, 'feature-builder', 'feature-builder', 'scorer']
  assert.deepEqual(await runningServices(project), scaled.toSorted())
  await timed(t, `${SOME} predictions more`, () => morePredictions(project))
  await timed(t, 'up, with one of each again', () => project.up())
  assert.deepEqual(await runningServices(project), all.toSorted())
  await timed(t, `${SOME} predictions more`, () => morePredictions(project))

  await project.stop('simulator')
  await using ledger = await Ledger.open(project.kafkaBrokers)
  const { sent, repeats, truncated, ...account } = await lastAccount(ledger)
  t.diagnostic(
    `${sent} transactions, ${account.predicted} of them with a prediction, ${repeats} repeated, ${truncated} truncated`,
  )
  assert.deepEqual(account, { ids: sent, predicted: sent, deadLetters: 0, miscounted: [] })
})

async function runningServices(project: ComposeProject): Promise<readonly string[]> {
  const running = (await project.containers()).filter(container => container.running)
  return running.map(({ service }) => service).toSorted()
}

/** Resolves when Prometheus has asked every service for its metrics. */
async function scraped(project: ComposeProject): Promise<void> {
  const query = encodeURIComponent('sum by (service) (up{job="millrace"})')
  for (;;) {
    const answer = await fetch(`${project.prometheusUrl}/api/v1/query?query=${query}`)
    const { data } = (await answer.json()) as QueryAnswer
    const up = new Map(data.result.map(({ metric, value }) => [metric['service'], value[1]]))
    if (SERVICES.every(service => up.get(service) === '1')) return
    await delay(POLL_MS)
  }
}

/** The account when nothing is missing any more, or nothing comes any more. */
async function lastAccount(ledger: Ledger): Promise<Account> {
  let account = await ledger.take()
  for (let unchanged = 0; account.predicted < account.sent && unchanged < MOST_UNCHANGED; unchanged++) {
    await delay(POLL_MS)
    const next = await ledger.take()
    if (next.predicted > account.predicted) unchanged = 0
    account = next
  }
  return account
}

interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value: [number, string]
    }[]
  }
}

/** Waits for predictions beyond those that are there. */
async function morePredictions(project: ComposeProject): Promise<void> {
  await using ledger = await Ledger.open(project.kafkaBrokers)
  const enough = (await ledger.predictions()) + SOME
  while ((await ledger.predictions()) < enough) await delay(POLL_MS)
}

/** A payment is decided over HTTP, with features of the customer. */
async function scores(project: ComposeProject): Promise<void> {
  const address = await project.address('scorer', 8080)
  const payment = { transactionId: 'try-1', customerId: '461', terminalId: '1621', amount: 20.7 }
  const answer = await fetch(`http://${address}/v1/score`, { method: 'POST', body: JSON.stringify(payment) })
  const { decision, features } = (await answer.json()) as {
    decision: string
    features: Record<string, number>
  }
  assert.equal(answer.status, 200)
  assert.match(decision, /^(approve|review|block)$/)
  assert.ok(features['customer_count_30d']! > 0)
}

async function timed(t: TestContext, what: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now()
  await work()
  t.diagnostic(`${what}: ${((performance.now() - start) / 1_000).toFixed(0)} s`)
}
