import type { StageOrder } from '@millrace/core'
import { SeededRandom } from '@millrace/testkit'
import { HORIZON, type Holder, isLate, isTaken, stageWithClaims } from './claiming-stage.ts'
import { Cluster } from './cluster.ts'
import { withoutRepeats } from './expectations.ts'
import type { MemoryLog } from './memory-log.ts'
import { produceLabels, produceSent, randomTransactions } from './passage.ts'
import { play, randomLog } from './run-schedule.ts'
import { SOUND, type Wiring } from './wiring.ts'

/** How long after the first one a transaction comes again at most. */
const LATEST_REPEAT = 12

/**
 * Plays one random schedule in which transactions come late, and come again: as they were, or as of a later time, within
 * the horizon or beyond. Answers where what was passed on differs from what the rule makes of each raw partition, record
 * by record.
 */
export async function runClaims(
  seed: number,
  order: StageOrder,
  wiring: Partial<Wiring> = {},
): Promise<readonly string[]> {
  const random = new SeededRandom(seed)
  const log = randomLog(random)
  produceWithRepeats(log, random)
  produceLabels(log, [])
  const stageOf = stageWithClaims(record => !isLate(record))
  const cluster = new Cluster({ random, order, log, wiring: { ...SOUND, stageOf, ...wiring } })
  const fault = await play(cluster, random)
  if (fault !== undefined) return fault
  const [passed, expected] = [passedOf(log), expectedOf(log)]
  return [
    ...expected.filter(place => !passed.includes(place)).map(place => `${place} was not passed on`),
    ...passed.filter(place => !expected.includes(place)).map(place => `${place} was passed on`),
  ]
}

function produceWithRepeats(log: MemoryLog, random: SeededRandom): void {
  const sent = [...randomTransactions(random).entries()].flatMap(([number, transaction]) => {
    const { eventTime } = transaction
    const first = { ...transaction, number, sentAt: eventTime + random.integer(0, 4) }
    if (random.chance(0.6)) return [first]
    const sentAt = first.sentAt + random.integer(0, LATEST_REPEAT)
    return [first, { ...first, sentAt, eventTime: eventTime + random.pick([0, 0, HORIZON - 2, HORIZON + 1]) }]
  })
  produceSent(log, sent)
}

/** Which records of the raw topic were passed on, as `partition/offset`. */
function passedOf(log: MemoryLog): readonly string[] {
  return [...log.ends('transactions.clean').keys()]
    .flatMap(partition => withoutRepeats(log, 'transactions.clean', partition))
    .map(({ parent }) => `${parent!.partition}/${parent!.offset}`)
    .toSorted()
}

function expectedOf(log: MemoryLog): readonly string[] {
  const passed = [...log.ends('transactions').keys()].flatMap(partition => {
    const holders = new Map<number, Holder>()
    let newest = Number.NEGATIVE_INFINITY
    return log.read('transactions', partition).flatMap(({ record: { eventTime, value } }, offset) => {
      newest = Math.max(newest, eventTime)
      if (value === undefined || isTaken(holders.get(value.number), { offset, eventTime })) return []
      if (isLate({ lateByMs: newest - eventTime })) return []
      holders.set(value.number, { offset, eventTime })
      return [`${partition}/${offset}`]
    })
  })
  return passed.toSorted()
}
