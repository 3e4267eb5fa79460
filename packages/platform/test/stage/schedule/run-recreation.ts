import type { StageOrder } from '@millrace/core'
import { SeededRandom } from '@millrace/testkit'
import { Cluster } from './cluster.ts'
import type { LoggedMessage, MemoryLog } from './memory-log.ts'
import { type Passage, produceLabels, produceTransactions, randomTransactions } from './passage.ts'
import { play, randomLog } from './run-schedule.ts'
import { STAGES, type StagePlan } from './topology.ts'
import { SOUND, type Wiring } from './wiring.ts'

/** The topics on the way of a transaction that may be deleted, and the raw one most often. */
const MORTAL = ['transactions', 'transactions', 'transactions.clean', 'to-terminal'] as const

/**
 * Plays one random schedule, in the storm of which a topic is deleted and made anew; Redis loses nothing.
 * All that came after it takes effect. What came before, and nobody had handled, is lost by it. Of a raw topic what came
 * before takes effect once at most; behind an inner one a crash in the same moment may double it, as the stage before
 * publishes again what this one had published, but not stored. Without a crash nothing is doubled there either.
 */
export async function runRecreation(
  seed: number,
  order: StageOrder,
  wiring: Partial<Wiring> = {},
): Promise<readonly string[]> {
  const random = new SeededRandom(seed)
  const log = randomLog(random)
  const transactions = [...randomTransactions(random).entries()]
  const topic = random.pick(MORTAL)
  const isCalm = random.chance(0.3)
  const delays = { random, longestDelay: 4 }
  const first = topic === 'transactions' ? random.integer(0, transactions.length) : transactions.length
  produceTransactions(log, transactions.slice(0, first), delays)
  produceLabels(log, [])
  const cluster = new Cluster({
    random,
    order,
    log,
    isDurable: true,
    isCalm,
    wiring: { ...SOUND, ...wiring },
  })
  const fault = await play(cluster, random, () => {
    log.recreate(topic)
    if (topic === 'transactions') produceTransactions(log, transactions.slice(first), delays)
  })
  if (fault !== undefined) return fault
  const plans = STAGES.filter(({ name }) => name !== 'ingest-labels')
  const lost = plans.flatMap(plan => lossFaults(plan, log, topic === 'transactions' ? first : 0))
  if (topic !== 'transactions' && !isCalm) return lost
  const counted = plans.filter(({ counts }) => counts !== undefined)
  const faults = await Promise.all(counted.map(plan => countFaults(plan, log, cluster)))
  return [...lost, ...faults.flat()]
}

/**
 * Of every record in a stage's input an output is or was in the topic behind it, unless it repeats one that was deleted.
 * @param first the first transaction that entered when the raw topic had been made anew: a sleeper may still publish one
 *   that came before it
 */
function lossFaults({ name, inputs, output }: StagePlan, log: MemoryLog, first: number): readonly string[] {
  const { present, deleted } = log.contents(inputs.at(-1)!.topic)
  const gone = new Set(deleted.flatMap(({ record }) => record.parent && JSON.stringify(record.parent)))
  const passed = new Set(passagesOf(log, output.topic).map(({ number }) => number))
  return present
    .filter(({ record }) => record.parent === undefined || !gone.has(JSON.stringify(record.parent)))
    .flatMap(({ record }) => record.value ?? [])
    .filter(({ number }) => number >= first && !passed.has(number))
    .map(({ number }) => `${name} lost transaction ${number}`)
}

/** All that was ever written to a topic, without repeats: those have the parent of another record. */
function passagesOf(log: MemoryLog, topic: string): readonly Passage[] {
  const { deleted, present } = log.contents(topic)
  const first = new Map<string, LoggedMessage>()
  for (const message of [...deleted, ...present]) {
    const parent = JSON.stringify(message.record.parent)
    if (message.record.value !== undefined && !first.has(parent)) first.set(parent, message)
  }
  return [...first.values()].map(({ record }) => record.value!)
}

/** The outputs of one entity have the counts 1, 2, 3 and so on, and its state is the last of them. */
async function countFaults(
  { name, counts, inputs, output }: StagePlan,
  log: MemoryLog,
  cluster: Cluster,
): Promise<readonly string[]> {
  const store = cluster.namespace.storeOf(name)
  const faults: string[] = []
  for (const [key, own] of Map.groupBy(passagesOf(log, output.topic), passage => passage[counts!])) {
    const partition = log.place(inputs.at(-1)!.topic, key)
    const { pair } = await store.load(partition)
    const [state] = (await store.read(partition, pair, [key])) as Uint8Array[]
    const seen = own.map(passage => passage.counts.at(-2)!).toSorted((a, b) => a - b)
    const right = seen.every((count, i) => count === i + 1) && state?.[0] === seen.length
    if (!right) faults.push(`${name} counted ${seen} for ${key} and stored ${state?.[0]}`)
  }
  return faults
}
