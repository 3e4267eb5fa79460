import { BY_COMMAND, type StageOrder } from '@millrace/core'
import { SeededRandom } from '@millrace/testkit'
import { Cluster } from './cluster.ts'
import { lossFaults, vectorsOf, withoutRepeats } from './expectations.ts'
import type { MemoryLog } from './memory-log.ts'
import { type Passage, randomTransactions, type Transaction } from './passage.ts'
import { play, randomLog } from './run-schedule.ts'
import { SOUND, type Wiring } from './wiring.ts'

const CUSTOMERS = ['c0', 'c1', 'c2', 'c3', 'c4']
const COMMANDS = 3
/** As the ingestor reads a tombstone: it has no time of its own. */
const NO_TIME = -8.64e15

/**
 * Plays one random schedule in which customers are erased: by tombstones among their transactions, and under arrival
 * order by commands in the midst of the storm too, whose turn is where they stand in the log.
 */
export async function runErasure(
  seed: number,
  order: StageOrder,
  wiring: Partial<Wiring> = {},
): Promise<readonly string[]> {
  const random = new SeededRandom(seed)
  const log = randomLog(random)
  const transactions = randomTransactions(random)
  produceWithTombstones(log, transactions, random)
  const cluster = new Cluster({ random, order, log, wiring: { ...SOUND, ...wiring } })
  const fault = await play(cluster, random, () => {
    if (order === 'arrival') eraseByCommand(log, random)
  })
  if (fault !== undefined) return fault
  const namespace = cluster.namespace
  const vectors = vectorsOf(log)
  return [
    ...lossFaults({ transactions, log, namespace }, vectors),
    ...(await countFaults(log, cluster, vectors)),
  ]
}

function produceWithTombstones(
  log: MemoryLog,
  transactions: readonly Transaction[],
  random: SeededRandom,
): void {
  const place = (customer: string): number => log.place('transactions', customer)
  for (const [number, { eventTime, ...entities }] of transactions.entries()) {
    const value: Passage = { kind: 'transaction', number, ...entities, counts: [] }
    log.append('transactions', place(entities.customer), { eventTime, value })
    const customer = random.pick(CUSTOMERS)
    if (random.chance(0.2))
      log.append('transactions', place(customer), { eventTime: NO_TIME, value: erasureOf(customer) })
  }
  for (const topic of ['transactions', 'labels']) {
    for (const partition of log.ends(topic).keys()) log.append(topic, partition, { eventTime: Infinity })
  }
}

function eraseByCommand(log: MemoryLog, random: SeededRandom): void {
  for (let i = 0; i < COMMANDS; i++) {
    const customer = random.pick(CUSTOMERS)
    const record = { eventTime: -Infinity, parent: BY_COMMAND, value: erasureOf(customer) }
    log.append('transactions.clean', log.place('transactions.clean', customer), record)
  }
}

function erasureOf(customer: string): Passage {
  return { kind: 'erasure', number: -1, customer, terminal: '', counts: [] }
}

/** Each transaction counts those of its customer since the last erasure before it; the state is what is left at the end. */
async function countFaults(
  log: MemoryLog,
  { namespace }: Cluster,
  vectors: readonly Passage[],
): Promise<readonly string[]> {
  const { states, counts } = expectedOf(log)
  const faults = vectors.flatMap(({ number, counts: [counted] }) =>
    counted === counts.get(number)
      ? []
      : [`transaction ${number} counted ${counted}, not ${counts.get(number)}`],
  )
  const store = namespace.storeOf('customer')
  for (const customer of CUSTOMERS) {
    const partition = log.place('transactions.clean', customer)
    const { pair } = await store.load(partition)
    const [state] = (await store.read(partition, pair, [customer])) as (Uint8Array | undefined)[]
    if (state?.[0] !== states.get(customer))
      faults.push(`the state of ${customer} is ${state}, not ${states.get(customer)}`)
  }
  return faults
}

/** What counting makes of the clean topic, record by record as it stands there, without the repeats. */
function expectedOf(log: MemoryLog) {
  const states = new Map<string, number>()
  const counts = new Map<number, number>()
  for (const partition of log.ends('transactions.clean').keys()) {
    for (const { value } of withoutRepeats(log, 'transactions.clean', partition)) {
      const { kind, customer, number } = value
      if (kind === 'erasure') states.delete(customer)
      else states.set(customer, (states.get(customer) ?? 0) + 1)
      if (kind !== 'erasure') counts.set(number, states.get(customer)!)
    }
  }
  return { states, counts }
}
