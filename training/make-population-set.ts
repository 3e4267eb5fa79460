import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { handbookFeatures } from '../packages/testkit/src/oracle/handbook-oracle.ts'
import { labelOf, type SimulatorOptions, simulateDays } from '../pipelines/card-fraud/simulator.ts'

/** The first transactions have less history than the longest window and the delay of the labels. */
const WARM_UP_DAYS = 30 + 7
const DAY_MS = 86_400_000

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'population-set.ndjson' },
    seed: { type: 'string', default: '20180401' },
    customers: { type: 'string', default: '1000' },
    terminals: { type: 'string', default: '2000' },
    days: { type: 'string', default: '240' },
  },
})

/**
 * Yields one line a transaction: when and whose it was, the model's inputs in their order, and the outcome. The
 * first days, whose features are not warm yet, are left out.
 */
function* populationSet(options: SimulatorOptions): Generator<string, void, undefined> {
  const simulated = [...simulateDays(options)].flat()
  const transactions = simulated.map(({ transaction }) => transaction)
  const warmFrom = options.start + WARM_UP_DAYS * DAY_MS
  for (const [index, features] of handbookFeatures(transactions, simulated.map(labelOf)).entries()) {
    const { occurredAt, customerId } = transactions[index]!
    if (occurredAt < warmFrom) continue
    const isFraud = simulated[index]!.scenario === 0 ? 0 : 1
    yield `${JSON.stringify({ occurred_at: occurredAt, customer_id: customerId, ...features, is_fraud: isFraud })}\n`
  }
}

const options: SimulatorOptions = {
  seed: Number(values.seed),
  customers: Number(values.customers),
  terminals: Number(values.terminals),
  days: Number(values.days),
  start: Date.UTC(2018, 3, 1),
}

await pipeline(populationSet(options), createWriteStream(values.out))
