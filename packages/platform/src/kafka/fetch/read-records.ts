import { MillraceError } from '@millrace/core'
import type { LogRecord } from '../record-batch/decode-record.ts'
import { decodeRecordSet } from '../record-batch/decode-record-set.ts'
import { asBrokerError, fetchError } from './fetch-errors.ts'
import { fetchRequest } from './fetch-request.ts'
import { decodeFetchResponse } from './fetch-response.ts'
import type { FetchCluster, LogPosition } from './fetch-source.ts'

/** A position that the log holds, and the record that stands exactly there, if any still does. */
export interface FoundRecord extends LogPosition {
  readonly record: LogRecord | undefined
}

/** Reads single records, each log asked once. Throws BROKER_UNAVAILABLE, BROKER_REFUSED and LOG_UNREADABLE. */
export async function readRecords(
  cluster: Pick<FetchCluster, 'leaderOf' | 'send'>,
  positions: readonly LogPosition[],
): Promise<readonly FoundRecord[]> {
  const byLeader = Map.groupBy(positions, ({ topic, partition }) => leaderOf(cluster, topic, partition))
  const found = await Promise.all([...byLeader].map(([leader, own]) => readOf(cluster, leader, own)))
  return found.flat()
}

function leaderOf(cluster: Pick<FetchCluster, 'leaderOf'>, topic: string, partition: number): number {
  const leader = cluster.leaderOf(topic, partition)
  if (leader !== undefined) return leader
  throw new MillraceError('BROKER_UNAVAILABLE', `Partition ${partition} of ${topic} has no leader now.`)
}

async function readOf(
  cluster: Pick<FetchCluster, 'send'>,
  leader: number,
  positions: readonly LogPosition[],
): Promise<readonly FoundRecord[]> {
  const body = await cluster.send(leader, fetchRequest(positions, 0)).catch(asBrokerError)
  const { errorCode, partitions } = decodeFetchResponse(body)
  if (errorCode !== 0) throw fetchError(errorCode)
  return Promise.all(
    partitions.map(async ({ topic, partition, records, aborted, ...answer }) => {
      if (answer.errorCode !== 0) throw fetchError(answer.errorCode, topic)
      const { offset } = positions.find(asked => asked.topic === topic && asked.partition === partition)!
      const decoded = await decodeRecordSet(records, offset, aborted)
      return { topic, partition, offset, record: decoded.records.find(record => record.offset === offset) }
    }),
  )
}
