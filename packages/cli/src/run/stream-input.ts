import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, type Pipeline, type StageOrder } from '@millrace/core'
import type { Kafka } from 'kafkajs'
import { Sender } from '../produce/sender.ts'
import type { Input } from '../source/input-event.ts'
import type { Accounting } from './accounting.ts'
import type { Cleanup } from './cleanup.ts'
import type { RunClock } from './run-clock.ts'

export interface StreamOptions {
  readonly kafka: Kafka
  readonly pipeline: Pipeline
  /** The number of partitions of each topic. */
  readonly partitions: ReadonlyMap<string, number>
  readonly input: Pick<Input, 'events' | 'order' | 'hasLabels'>
  readonly clock: RunClock
  readonly accounting: Accounting
  readonly signal: AbortSignal
}

/**
 * Events that nothing has become of yet, above which sending waits: the services set the pace. In order of arrival it
 * keeps partitions from running far apart in event time; strict order keeps them together, and needs more on the way.
 */
const MOST_PENDING: Readonly<Record<StageOrder, number>> = { arrival: 5_000, strict: 50_000 }

/** Sends the whole input. Rejects when the signal aborts. */
export async function streamInput(cleanup: Cleanup, options: StreamOptions): Promise<void> {
  const { kafka, pipeline, partitions, input, clock, accounting, signal } = options
  const sender = await Sender.connect({
    kafka,
    scored: pipeline.scored,
    partitions: new Map(pipeline.events.map(({ topic }) => [topic, partitions.get(topic)!])),
    order: input.order,
    clock,
    speed: clock.speed,
    isFull: () => accounting.pending >= MOST_PENDING[input.order],
    onSent: (events, sentAt) => accounting.sent(events, sentAt),
    signal,
  })
  cleanup.defer(() => sender.close())
  await sender.sendAll(input.events())
}

const POLL_MS = 50
/** Verdicts and labels come in beside the predictions: the last ones are awaited until nothing comes any more. */
const QUIET_MS = 500

/**
 * Waits until something has become of every event that was sent. Rejects with EVENTS_UNACCOUNTED when that stands
 * still for `stalledAfterMs`, and when the signal aborts.
 */
export async function awaitOutcomes(
  accounting: Pick<Accounting, 'pending' | 'quietMs'>,
  signal: AbortSignal,
  stalledAfterMs = 60_000,
): Promise<void> {
  let lowest = accounting.pending
  let lastChange = performance.now()
  while (accounting.pending > 0) {
    await delay(POLL_MS, undefined, { signal })
    if (accounting.pending < lowest) {
      lowest = accounting.pending
      lastChange = performance.now()
    }
    if (performance.now() - lastChange > stalledAfterMs) {
      throw new MillraceError(
        'EVENTS_UNACCOUNTED',
        `${lowest} events that were sent have neither a prediction nor a dead letter, and for a while nothing has come of any. The logs of the services say why.`,
      )
    }
  }
  while (accounting.quietMs < QUIET_MS) await delay(POLL_MS, undefined, { signal })
}
