import { RECORD_OUTCOMES } from '@millrace/core'
import { DELAY_SECONDS, LATENCY_SECONDS } from '../buckets.ts'
import { counter, gauge, histogram } from '../declaration.ts'
import { LABELS } from './labels.ts'

const { stage, topic, partition, code } = LABELS

export const PHASES = ['decode', 'prepare', 'handle', 'publish', 'write'] as const

/** What every stage tells of its work. */
export const STAGE_METRICS = {
  records: counter('records_processed_total', 'Records handled, and written with their states, by outcome.', {
    stage,
    topic,
    outcome: RECORD_OUTCOMES,
  }),
  processing: histogram(
    'record_processing_duration_seconds',
    'Of each record, how long the round took that decoded, handled and published it.',
    { stage },
    LATENCY_SECONDS,
  ),
  phases: histogram(
    'stage_phase_duration_seconds',
    'How long a round spent in a phase.',
    { stage, phase: PHASES },
    LATENCY_SECONDS,
  ),
  delay: histogram(
    'event_time_delay_seconds',
    'Of each record, the time from its event time to its outputs being published, by the declared CLOCK, in seconds of the wall clock.',
    { stage },
    DELAY_SECONDS,
  ),
  watermark: gauge(
    'watermark_timestamp_seconds',
    'Event time up to which everything is handled and written; under arrival order the latest one that was handled.',
    { stage, partition },
  ),
  partitions: gauge('stage_partitions', 'Partitions that this process holds.', { stage }),
  repeats: counter('stage_repeats_skipped_total', 'Repeats that a crash upstream left, skipped on purpose.', {
    stage,
  }),
  retries: counter('stage_retries_total', 'Rounds that failed and were tried again.', { stage, code }),
  refused: counter(
    'stage_writes_refused_total',
    'Reads and writes refused because another write came in between: the partition was loaded anew.',
    { stage, partition },
  ),
  rebuilds: counter(
    'stage_rebuilds_total',
    'Times that the store held nothing of a partition that had been read: it is rebuilt from its topics.',
    { stage, partition },
  ),
  epochs: counter(
    'stage_topics_recreated_total',
    'Times that a partition is handled from the start, since its topic was deleted and made anew.',
    { stage, topic, partition },
  ),
  missing: gauge('stage_topics_missing', 'Topics of the stage that Kafka does not have.', { stage }),
}

/** What every stage tells of the states that it keeps in memory. */
export const STATE_CACHE_METRICS = {
  states: gauge('stage_cache_states', 'States in memory, as of the last write.', { stage }),
  bytes: gauge('stage_cache_bytes', 'Memory that they take, estimated; STATE_CACHE_BYTES bounds it.', {
    stage,
  }),
  hits: counter('stage_cache_hits_total', 'Records whose state was in memory.', { stage }),
  misses: counter('stage_cache_misses_total', 'States that were asked for in Redis, found or not.', {
    stage,
  }),
  evictions: counter(
    'stage_cache_evictions_total',
    'States that memory let go of to stay within its bound.',
    { stage },
  ),
}
