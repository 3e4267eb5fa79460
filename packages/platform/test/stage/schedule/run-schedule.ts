import type { StageOrder } from '@millrace/core'
import { SeededRandom } from '@millrace/testkit'
import { Cluster } from './cluster.ts'
import { faultsOf } from './expectations.ts'
import { MemoryLog } from './memory-log.ts'
import { produceRaw, randomTransactions } from './passage.ts'
import { SOUND, type Wiring } from './wiring.ts'

const LONGEST_STORM = 4_000
/** Steps until every partition has stored something. */
const FIRST_STEPS = 150
const CALM_STEPS = 12_000
/** About the time from the first transaction to the last. */
const LONGEST_DELAY = 60

/**
 * Plays one random schedule: a storm of crashes, take-overs, zombies, lost replies and rollbacks over all stages, then
 * a calm until all work is done. Answers what is wrong at the end.
 */
export function runSchedule(
  seed: number,
  order: StageOrder,
  wiring: Partial<Wiring> = {},
): Promise<readonly string[]> {
  return runDelayed(seed, order, wiring, random => (random.chance(0.25) ? 4 : 0))
}

/** As `runSchedule`, with transactions of all times in any order, so that stages have passed the time of most. */
export function runLate(
  seed: number,
  order: StageOrder,
  wiring: Partial<Wiring> = {},
): Promise<readonly string[]> {
  return runDelayed(seed, order, wiring, () => LONGEST_DELAY)
}

async function runDelayed(
  seed: number,
  order: StageOrder,
  wiring: Partial<Wiring>,
  longestDelayOf: (random: SeededRandom) => number,
): Promise<readonly string[]> {
  const random = new SeededRandom(seed)
  const log = randomLog(random)
  const transactions = randomTransactions(random)
  const longestDelay = longestDelayOf(random)
  produceRaw(log, transactions, { random, longestDelay })
  const cluster = new Cluster({ random, order, log, wiring: { ...SOUND, ...wiring } })
  const outcome = { transactions, log, namespace: cluster.namespace }
  return (await play(cluster, random)) ?? faultsOf(outcome, order, longestDelay > 0)
}

/** Plays a storm, in which `disturb` is called once if given, and the calm behind it. Answers a fault when work is left. */
export async function play(
  cluster: Cluster,
  random: SeededRandom,
  disturb: () => void = () => {},
): Promise<readonly string[] | undefined> {
  const storm = random.integer(500, LONGEST_STORM)
  const disturbed = random.integer(0, random.chance(0.5) ? FIRST_STEPS : storm - 1)
  try {
    for (let step = 0; step < storm; step++) {
      if (step === disturbed) disturb()
      await cluster.step()
    }
    await cluster.calmDown()
    for (let step = 0; step < CALM_STEPS; step++) {
      await cluster.step()
      if (step % 50 === 0 && (await cluster.isDone())) return undefined
    }
    return ['the stages did not finish their work']
  } finally {
    cluster.stop()
  }
}

export function randomLog(random: SeededRandom): MemoryLog {
  const ofCustomers = random.integer(1, 3)
  const ofTerminals = random.integer(1, 3)
  return new MemoryLog({
    transactions: random.integer(1, 3),
    labels: random.integer(1, 2),
    'transactions.clean': ofCustomers,
    'labels.clean': ofTerminals,
    'to-terminal': ofTerminals,
    vectors: 1,
  })
}
