import cardFraud, { customer, transaction } from '@millrace/card-fraud'
import { days, type EventType, type EventValues } from '@millrace/core'
import { connectRedis } from '@millrace/platform'
import { SeededRandom } from '@millrace/testkit'
import { writeStates } from '../../test/harness/write-states.ts'

export const LOOKUP_NOW = Date.UTC(2026, 5, 1)
export const CUSTOMERS = 5_000
export const TERMINALS = 2_000
const PARTITIONS = 4
const ENTRIES = 100

/** Writes the states of all customers as the feature-builder does, each with a hundred transactions of 30 days. */
export async function writeCustomerStates(redisUrl: string): Promise<void> {
  const redis = connectRedis(redisUrl)
  await writeStates(redis, { ...cardFraud, views: [customer] }, PARTITIONS, makeEvents())
  redis.disconnect()
}

/** The states of customers, and of the terminals where they paid. */
export async function writeCardFraudStates(redisUrl: string): Promise<void> {
  const redis = connectRedis(redisUrl)
  await writeStates(redis, cardFraud, PARTITIONS, makeEvents())
  redis.disconnect()
}

function* makeEvents(): Generator<readonly [EventType, EventValues]> {
  const random = new SeededRandom(1)
  for (let id = 0; id < CUSTOMERS; id++) {
    for (let i = 0; i < ENTRIES; i++) {
      const occurredAt = LOOKUP_NOW - days(30) + Math.floor(((i + random.next()) * days(30)) / ENTRIES)
      const amount = random.integer(1, 10_000) / 100
      const customerId = String(id)
      yield [
        transaction,
        {
          transactionId: `${id}-${i}`,
          occurredAt,
          customerId,
          terminalId: String((id + i) % TERMINALS),
          amount,
        },
      ] as const
    }
  }
}
