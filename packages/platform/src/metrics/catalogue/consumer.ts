import { REBALANCE_SECONDS } from '../buckets.ts'
import { counter, gauge, histogram } from '../declaration.ts'
import { LABELS } from './labels.ts'

const { group, topic, partition } = LABELS
const place = { group, topic, partition }

/** What every stage tells of its consumer group and its partitions. */
export const CONSUMER_METRICS = {
  records: counter(
    'kafka_consumer_records_total',
    'Records that were read, repeats and watermark records among them.',
    place,
  ),
  lag: gauge(
    'kafka_consumer_lag_records',
    'Records between the stored position and the end of the partition as of the last fetch; told once a second.',
    place,
  ),
  committed: gauge('kafka_consumer_committed_offset', 'Offset that was committed last.', place),
  lastCommit: gauge('kafka_consumer_last_commit_timestamp_seconds', 'When it was committed.', place),
  paused: gauge(
    'kafka_consumer_paused',
    '1 while nothing more is fetched, since enough waits to be handled; told once a second.',
    place,
  ),
  rebalances: counter(
    'kafka_consumer_rebalances_total',
    'Times that the group gave this process its partitions, the first included.',
    { group },
  ),
  rebalance: histogram(
    'kafka_consumer_rebalance_duration_seconds',
    'From asking to join the group to being given partitions.',
    { group },
    REBALANCE_SECONDS,
  ),
}
