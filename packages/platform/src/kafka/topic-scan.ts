import { MillraceError } from '@millrace/core'
import { WakeUp } from '../lifecycle/wake-up.ts'
import type { FetchCluster, Fetched, FetchSource, LogPosition, Wanted } from './fetch/fetch-source.ts'
import { Fetcher } from './fetch/fetcher.ts'
import type { LogRecord } from './record-batch/decode-record.ts'
import { asUnavailable, type OffsetRange, type TopicReader } from './topic-reader.ts'

/** What a scan reads of each partition: the offsets from `low` to before `high`. */
export type ScanRanges = ReadonlyMap<number, OffsetRange>

/** Some records of one partition, in the order of the log. */
export interface ScannedRecords {
  readonly partition: number
  readonly records: readonly LogRecord[]
  /** The offset from which a later scan goes on: all before it was read. */
  readonly next: number
}

export interface TopicScanOptions {
  /** Connected for the time of the scan, and closed at its end. */
  readonly cluster: FetchCluster
  readonly topic: string
  readonly ranges: ScanRanges
  /** How long the brokers may bring nothing at all before the scan gives up (ms). Default 60,000. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 60_000

/**
 * What stands in a topic now, from the offsets in `from`, or the earliest where it names none. Throws HISTORY_LOST for an
 * offset that a partition does not hold, and BROKER_UNAVAILABLE.
 */
export async function scanRanges(
  topicReader: Pick<TopicReader, 'offsets'>,
  topic: string,
  from: ReadonlyMap<number, number> = new Map(),
): Promise<ScanRanges> {
  const ranges = new Map<number, OffsetRange>()
  for (const [partition, { low, high }] of await topicReader.offsets(topic)) {
    const start = from.get(partition) ?? low
    if (start < low || start > high) throw lost({ topic, partition, offset: start })
    ranges.set(partition, { low: start, high })
  }
  return ranges
}

/**
 * Reads the given ranges of a topic, without a consumer group, and ends. Each partition comes in its order; of none is
 * more fetched before what came was taken, so memory is bounded by two responses of each. Throws HISTORY_LOST when the
 * log loses what is still to be read, BROKER_REFUSED, BROKER_UNAVAILABLE and LOG_UNREADABLE.
 */
export async function* scanTopic(options: TopicScanOptions): AsyncGenerator<ScannedRecords, void, undefined> {
  const { cluster, topic, ranges, patienceMs = PATIENCE_MS } = options
  const source = new RangeSource(topic, ranges)
  if (source.isAtEnd) return
  await cluster.connect([topic]).catch(asUnavailable)
  const fetcher = new Fetcher({ cluster, source })
  try {
    fetcher.wake()
    while (!source.isAtEnd) {
      const taken = await source.taken(patienceMs)
      fetcher.wake()
      yield* taken
    }
  } finally {
    await fetcher.stop()
    await cluster.close()
  }
}

/** Wants every partition up to its end, but none of which something waits to be taken. */
class RangeSource implements FetchSource {
  readonly #topic: string
  readonly #ends: ReadonlyMap<number, number>
  /** Where each partition goes on that is not at its end. */
  readonly #next = new Map<number, number>()
  readonly #waiting = new Map<number, ScannedRecords>()
  readonly #wakeUp = new WakeUp()
  #failure: { readonly error: unknown } | undefined

  constructor(topic: string, ranges: ScanRanges) {
    this.#topic = topic
    this.#ends = new Map([...ranges].map(([partition, { high }]) => [partition, high]))
    for (const [partition, { low, high }] of ranges) if (low < high) this.#next.set(partition, low)
  }

  get isAtEnd(): boolean {
    return this.#next.size === 0 && this.#waiting.size === 0
  }

  /** What has come since the last call, at least one batch. Throws what the scan throws. */
  async taken(patienceMs: number): Promise<readonly ScannedRecords[]> {
    const deadline = performance.now() + patienceMs
    while (this.#waiting.size === 0 && this.#failure === undefined) {
      const left = deadline - performance.now()
      if (left <= 0) throw silent(this.#topic, patienceMs)
      await this.#wakeUp.wait(left)
    }
    if (this.#failure !== undefined) throw this.#failure.error
    const taken = [...this.#waiting.values()]
    this.#waiting.clear()
    return taken
  }

  wanted(): Wanted {
    const open = [...this.#next].filter(([partition]) => !this.#waiting.has(partition))
    const positions = open.map(([partition, offset]) => ({ topic: this.#topic, partition, offset }))
    return { positions, moreSoon: this.#waiting.size > 0 }
  }

  take({ partition, offset, records, next }: Fetched): void {
    if (next === offset || this.#next.get(partition) !== offset) return
    const end = this.#ends.get(partition)!
    this.#waiting.set(partition, {
      partition,
      records: records.filter(record => record.offset < end),
      next: Math.min(next, end),
    })
    if (next < end) this.#next.set(partition, next)
    else this.#next.delete(partition)
  }

  arrived(): void {
    if (this.#waiting.size > 0) this.#wakeUp.signal()
  }

  outOfRange(position: LogPosition): void {
    this.fail(lost(position))
  }

  heard(): void {}

  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wakeUp.signal()
  }
}

function lost({ topic, partition, offset }: LogPosition): MillraceError {
  return new MillraceError(
    'HISTORY_LOST',
    `Partition ${partition} of ${topic} does not hold offset ${offset}: the topic was shortened or made anew. Read it from what it holds now.`,
    { details: { topic, partition, offset } },
  )
}

function silent(topic: string, patienceMs: number): MillraceError {
  return new MillraceError(
    'BROKER_UNAVAILABLE',
    `Kafka brought nothing of ${topic} for ${patienceMs} ms, though it holds more: look after the brokers, or after a producer that left a transaction open.`,
    { details: { topic } },
  )
}
