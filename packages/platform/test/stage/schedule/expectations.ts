import { emptyCheckpoint, InputMerge, type StageOrder, type TakenRecord } from '@millrace/core'
import type { MemoryNamespace } from '@millrace/testkit'
import type { MemoryLog } from './memory-log.ts'
import { LABEL_DELAY, type LoggedRecord, type Passage, type Transaction } from './passage.ts'

/** What a schedule leaves behind. */
export interface Outcome {
  readonly transactions: readonly Transaction[]
  readonly log: MemoryLog
  readonly namespace: MemoryNamespace
}

const ENTITIES = ['customer', 'terminal'] as const
/** Where a vector has the number of transactions of an entity. */
const COUNT_AT = { customer: 0, terminal: 2 } as const

/**
 * Every way in which an outcome differs from that of a run without any trouble. Under strict order repeats are the same,
 * and where nothing was late, times alone decide.
 */
export async function faultsOf(outcome: Outcome, order: StageOrder, late: boolean): Promise<string[]> {
  const vectors = vectorsOf(outcome.log)
  const isByTime = order === 'strict' && !late
  return [
    ...lossFaults(outcome, vectors),
    ...(await stateFaults(outcome)),
    ...(isByTime ? timeFaults(outcome, vectors) : countFaults(outcome, vectors)),
    ...(order === 'strict' ? repeatFaults(outcome.log) : []),
  ]
}

/** The vectors as a consumer of ours sees them: without the repeats. */
export function vectorsOf(log: MemoryLog): readonly Passage[] {
  return withoutRepeats(log, 'vectors', 0).map(({ value }) => value)
}

/** The records of a partition of an inner topic, as they stand there, as a stage behind it takes them. */
export function withoutRepeats(
  log: MemoryLog,
  topic: string,
  partition: number,
): readonly TakenRecord<Passage>[] {
  const merge = new InputMerge<Passage>('arrival', emptyCheckpoint(1))
  for (const [offset, { record }] of log.read(topic, partition).entries())
    merge.offer({ ...record, input: 0, offset })
  const taken: TakenRecord<Passage>[] = []
  for (let next = merge.take(Infinity); next !== undefined; next = merge.take(Infinity)) taken.push(next)
  return taken
}

export function lossFaults({ transactions }: Outcome, vectors: readonly Passage[]): string[] {
  const seen = vectors.map(({ number }) => number).toSorted((a, b) => a - b)
  const expected = transactions.map((_, number) => number)
  return seen.join() === expected.join() ? [] : [`the vectors are of the transactions ${seen}`]
}

async function stateFaults({ transactions, namespace, log }: Outcome): Promise<string[]> {
  const faults: string[] = []
  for (const entity of ENTITIES) {
    const store = namespace.storeOf(entity)
    const topic = entity === 'customer' ? 'transactions.clean' : 'to-terminal'
    for (const [key, members] of Map.groupBy(transactions, transaction => transaction[entity])) {
      const partition = log.place(topic, key)
      const { pair } = await store.load(partition)
      const [state] = (await store.read(partition, pair, [key])) as Uint8Array[]
      const expected = [members.length, entity === 'terminal' ? members.length : 0]
      if (String(state) !== String(expected)) faults.push(`the state of ${key} is ${state}, not ${expected}`)
    }
  }
  return faults
}

/** Whatever the order, the vectors of one entity have counts of 1, 2, 3 and so on. */
function countFaults({ transactions }: Outcome, vectors: readonly Passage[]): string[] {
  return ENTITIES.flatMap(entity =>
    [...new Set(transactions.map(transaction => transaction[entity]))].flatMap(key => {
      const ofEntity = vectors.filter(vector => vector[entity] === key)
      const counts = ofEntity.map(vector => vector.counts[COUNT_AT[entity]]!).toSorted((a, b) => a - b)
      const right = counts.every((count, i) => count === i + 1)
      return right ? [] : [`the vectors of ${key} have the counts ${counts}`]
    }),
  )
}

/** Each vector has the counts as of its own time, as a batch over all events gives them. */
function timeFaults({ transactions, log }: Outcome, vectors: readonly Passage[]): string[] {
  const inTurn = transactions
    .map((transaction, number) => ({ ...transaction, number, turn: turnOf(transaction, log) }))
    .toSorted((a, b) => a.eventTime - b.eventTime || a.turn - b.turn || a.number - b.number)
  return vectors.flatMap(({ number, counts }) => {
    const turn = inTurn.findIndex(transaction => transaction.number === number)
    const until = inTurn.slice(0, turn + 1)
    const { customer, terminal, eventTime } = inTurn[turn]!
    const ofTerminal = until.filter(transaction => transaction.terminal === terminal)
    const known = transactions.filter(
      transaction => transaction.terminal === terminal && transaction.eventTime + LABEL_DELAY <= eventTime,
    )
    const ofCustomer = until.filter(transaction => transaction.customer === customer)
    const expected = [ofCustomer.length, 0, ofTerminal.length, known.length]
    return String(counts) === String(expected)
      ? []
      : [`the vector of transaction ${number} has the counts ${counts}, not ${expected}`]
  })
}

/** Transactions of the same time come in the order of the partitions that they came through, the last hop first. */
function turnOf({ customer }: Transaction, log: MemoryLog): number {
  return log.place('transactions.clean', customer) * 1_000 + log.place('transactions', customer)
}

/** A repeat has the content of the first. */
function repeatFaults(log: MemoryLog): string[] {
  const first = new Map<string, LoggedRecord>()
  return log.read('vectors', 0).flatMap(({ record }) => {
    const parent = JSON.stringify(record.parent)
    const before = first.get(parent) ?? record
    first.set(parent, before)
    return JSON.stringify(before) === JSON.stringify(record) ? [] : [`the repeats of ${parent} differ`]
  })
}
