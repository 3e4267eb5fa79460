import { createRequire } from 'node:module'
import type { IHeaders } from 'kafkajs'

/** A record as kafkajs encodes and decodes it. */
export interface WireRecord {
  readonly key?: Buffer | string | null
  readonly value: Buffer | null
  readonly headers?: IHeaders
  readonly timestamp: number
}

/** The records for a partition, as kafkajs' request takes them. */
export interface WirePartition {
  readonly partition: number
  readonly firstSequence: number
  readonly messages: readonly WireRecord[]
}

/** A record batch, as kafkajs decodes it. */
export interface WireBatch {
  readonly producerId: string
  readonly producerEpoch: number
  readonly firstSequence: number
  readonly records: readonly {
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Readonly<Record<string, unknown>>
  }[]
}

interface WireEncoder {
  readonly buffer: Buffer
}

export interface WireDecoder {
  readInt16(): number
  readInt32(): number
  readString(): string | null
  readBytes(length: number): Buffer
}

const require = createRequire(import.meta.url)

/** kafkajs' own requests, which its public API does not show. */
export const produceRequestV7: (data: {
  readonly acks: number
  readonly timeout: number
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly WirePartition[] }[]
}) => {
  readonly encode: () => Promise<WireEncoder>
} = require('kafkajs/src/protocol/requests/produce/v7/request')

export const Decoder: new (bytes: Buffer) => WireDecoder = require('kafkajs/src/protocol/decoder')

export const decodeBatch: (decoder: WireDecoder) => Promise<WireBatch> =
  require('kafkajs/src/protocol/recordBatch/v0/decoder')
