import { fateOf, type MillraceError } from '@millrace/core'
import { WakeUp } from '../../lifecycle/wake-up.ts'
import { decodeRecordSet } from '../record-batch/decode-record-set.ts'
import { asBrokerError, fetchError, OFFSET_OUT_OF_RANGE } from './fetch-errors.ts'
import { fetchRequest } from './fetch-request.ts'
import { decodeFetchResponse, type FetchAnswer, type PartitionAnswer } from './fetch-response.ts'
import type { FetchCluster, FetchSource, LogPosition, Wanted } from './fetch-source.ts'
import { Gathering } from './gathering.ts'

export interface BrokerLoopOptions {
  readonly nodeId: number
  readonly cluster: FetchCluster
  readonly source: FetchSource
  readonly lingerMs: number
  readonly gatherMs: number
  readonly idleMs: number
  /** Asks anew who leads. Rejects with BROKER_REFUSED at most. */
  readonly refresh: () => Promise<void>
}

/** How long a broker may hold a request when there is nothing to read (ms). Bounds how long a stop takes. */
const MAX_WAIT_MS = 250
/** The same while other partitions may be wanted any moment: they would wait for the request to return. */
const SHORT_WAIT_MS = 20
const FIRST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 5_000
/** Whoever wants something wakes the loop; this is no bound of anything. */
const ASLEEP_MS = 60_000

/** What an answer brought: records of some partitions or of all, and `more` where one of them was not read to its end. */
type Found = 'nothing' | 'some' | 'all' | 'more'

/** Reads what one broker leads: one request at a time, as long as something is wanted of it. */
export class BrokerLoop {
  /** Settles when the loop has ended; rejects with what no new attempt can mend. */
  readonly done: Promise<void>
  readonly #options: BrokerLoopOptions
  readonly #wakeUp = new WakeUp()
  /** Ends pauses at the stop. */
  readonly #stop = new WakeUp()
  readonly #gathering = new Gathering()
  #stopping = false
  #failures = 0
  #turn = 0

  constructor(options: BrokerLoopOptions) {
    this.#options = options
    this.done = this.#run()
  }

  /** Something may be wanted. */
  wake(): void {
    this.#wakeUp.signal()
  }

  /** The source is told nothing from now on. */
  stop(): void {
    this.#stopping = true
    this.#wakeUp.signal()
    this.#stop.signal()
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const wanted = this.#wanted()
      if (wanted.positions.length === 0) await this.#wakeUp.wait(ASLEEP_MS)
      else await this.#fetch(wanted).catch(error => this.#recover(error))
    }
  }

  /** Each time another partition comes first: a response that is full by then has nothing of the last ones. */
  #wanted(): Wanted {
    const { source, cluster, nodeId } = this.#options
    const { positions, moreSoon } = source.wanted()
    const own = positions.filter(({ topic, partition }) => cluster.leaderOf(topic, partition) === nodeId)
    const first = own.length === 0 ? 0 : this.#turn++ % own.length
    return { positions: [...own.slice(first), ...own.slice(0, first)], moreSoon }
  }

  async #fetch(wanted: Wanted): Promise<void> {
    const { source, lingerMs, gatherMs, idleMs } = this.#options
    let found: Found = 'nothing'
    try {
      found = await this.#exchange(wanted, wanted.moreSoon ? SHORT_WAIT_MS : MAX_WAIT_MS)
      if (found === 'some' && gatherMs > 0 && this.#gathering.isDue()) await this.#fetchOthers(gatherMs)
    } finally {
      if (!this.#stopping) source.arrived()
    }
    this.#failures = 0
    if (found === 'nothing') await this.#rest(idleMs)
    else if (found !== 'more') await this.#rest(lingerMs)
  }

  /**
   * A broker may answer as soon as it has one partition of a produce request, though the others follow within a moment:
   * handled by themselves they would cost another round of this stage, and of all behind it.
   */
  async #fetchOthers(gatherMs: number): Promise<void> {
    await this.#rest(gatherMs)
    const wanted = this.#wanted()
    if (this.#stopping || wanted.positions.length === 0) return
    this.#gathering.looked((await this.#exchange(wanted, 0)) !== 'nothing')
  }

  async #exchange({ positions }: Wanted, maxWaitMs: number): Promise<Found> {
    const { cluster, nodeId, source } = this.#options
    const body = await cluster.send(nodeId, fetchRequest(positions, maxWaitMs)).catch(asBrokerError)
    if (this.#stopping) return 'nothing'
    source.heard()
    return this.#handOver(decodeFetchResponse(body), positions)
  }

  /** Throws when a partition cannot be served, after the records of the others. */
  async #handOver({ errorCode, partitions }: FetchAnswer, positions: readonly LogPosition[]): Promise<Found> {
    if (errorCode !== 0) throw fetchError(errorCode)
    const asked = new Map(positions.map(position => [nameOf(position), position]))
    let trouble: MillraceError | undefined
    let moved = 0
    let isBehind = false
    for (const answer of partitions) {
      const position = asked.get(nameOf(answer))
      if (position === undefined) continue
      if (answer.errorCode === 0) {
        const next = await this.#take(position, answer)
        if (next > position.offset) moved++
        isBehind ||= next < answer.lastStableOffset
      } else {
        trouble ??= fetchError(answer.errorCode, answer.topic)
        if (answer.errorCode === OFFSET_OUT_OF_RANGE) this.#options.source.outOfRange(position)
      }
    }
    if (trouble !== undefined) throw trouble
    if (isBehind) return 'more'
    if (moved === 0) return 'nothing'
    return moved < positions.length ? 'some' : 'all'
  }

  async #take(position: LogPosition, answer: PartitionAnswer): Promise<number> {
    const { records, next } = await decodeRecordSet(answer.records, position.offset, answer.aborted)
    this.#options.source.take({ ...position, records, next, end: answer.highWatermark })
    return next
  }

  async #recover(error: unknown): Promise<void> {
    if (fateOf(error) !== 'retry') throw error
    await this.#rest(Math.min(FIRST_BACKOFF_MS * 2 ** this.#failures++, LONGEST_BACKOFF_MS))
    if (!this.#stopping) await this.#options.refresh()
  }

  async #rest(ms: number): Promise<void> {
    if (ms > 0 && !this.#stopping) await this.#stop.wait(ms)
  }
}

function nameOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`
}
