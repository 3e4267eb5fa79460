import { LATE_POLICIES, REASON_CODES } from '@millrace/core'
import { counter } from '../declaration.ts'

const topic = 'raw topic'

/** What the ingestor tells of raw records. Dead letters are counted when Kafka has taken them. */
export const INGEST_METRICS = {
  deadLetters: counter('dead_letter_records_total', 'Records refused, by reason code.', {
    topic,
    reason: REASON_CODES,
  }),
  duplicates: counter('duplicate_events_total', 'Events whose id had come before.', { topic }),
  late: counter('late_events_total', 'Events older than the grace allows, by what became of them.', {
    topic,
    policy: LATE_POLICIES,
  }),
}
