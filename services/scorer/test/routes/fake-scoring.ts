import type { TestContext } from 'node:test'
import type { MillraceError } from '@millrace/core'
import { createHttpApp, Health, type HttpApp, type MetricsRegistry } from '@millrace/platform'
import type { Scoring } from '@millrace/platform/onnx'

export const IDENTITY = { name: 'fraud', version: '3', digest: 'd'.repeat(64) } as const

export interface FakeScoring extends Scoring {
  ready: boolean
  /** What the next call fails with. */
  failure: MillraceError | undefined
}

/** A model of three inputs whose score is a + 10·b + 100·c. */
export function fakeScoring(): FakeScoring {
  const scores = (vectors: Float32Array, rows: number): number[] =>
    Array.from({ length: rows }, (_, row) => {
      const [a, b, c] = vectors.subarray(row * 3, row * 3 + 3)
      return a! + 10 * b! + 100 * c!
    })
  return {
    identity: IDENTITY,
    signature: { input: 'features', columns: 3 },
    ready: true,
    failure: undefined,
    async score(vectors, rows) {
      if (this.failure !== undefined) throw this.failure
      return Float32Array.from(scores(vectors, rows))
    },
    async probabilities(vectors, rows) {
      if (this.failure !== undefined) throw this.failure
      return Float32Array.from(scores(vectors, rows).flatMap(score => [1 - score, score]))
    },
    close: async () => {},
  }
}

/** An HTTP application for one test; it has no metrics to tell. */
export function buildApp(t: TestContext): { readonly app: HttpApp; readonly health: Health } {
  const health = new Health()
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health })
  t.after(() => app.close())
  return { app, health }
}
