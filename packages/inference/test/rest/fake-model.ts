import type { MillraceError } from '@millrace/core'
import { StatisticsCounter } from '../../src/batching/statistics.ts'
import type { ServedModel } from '../../src/served/served-models.ts'

export interface FakeModel extends ServedModel {
  ready: boolean
  /** What the next call fails with. */
  failure: MillraceError | undefined
}

/** A model of three inputs whose score s is a + 10·b + 100·c; it answers [1 − s, s]. */
export function fakeModel(): FakeModel {
  return {
    identity: { name: 'fraud', version: '3', digest: 'd'.repeat(64) },
    versions: ['3'],
    signature: {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 3] }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
    },
    joins: true,
    ready: true,
    failure: undefined,
    statistics: new StatisticsCounter().snapshot(),
    async infer([input]) {
      if (this.failure !== undefined) throw this.failure
      const [rows] = input!.shape
      const values = input!.data as Float32Array
      const data = Float32Array.from({ length: rows! * 2 }, (_, i) => {
        const [a, b, c] = values.subarray((i >> 1) * 3)
        const score = a! + 10 * b! + 100 * c!
        return i % 2 === 0 ? 1 - score : score
      })
      return [{ datatype: 'FP32', shape: [rows!, 2], data }]
    },
  }
}
