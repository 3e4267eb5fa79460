import type { TestContext } from 'node:test'
import type { MillraceError } from '@millrace/core'
import type { Scoring } from '@millrace/inference'
import { createHttpApp, Health, type HttpApp, type MetricsRegistry } from '@millrace/platform'

export const IDENTITY = { name: 'fraud', version: '3', digest: 'd'.repeat(64) } as const

export interface FakeScoring extends Pick<Scoring, 'identity' | 'ready' | 'score'> {
  ready: boolean
  /** What the next call fails with. */
  failure: MillraceError | undefined
}

/** A model of three inputs whose score is a + 10·b + 100·c. */
export function fakeScoring(): FakeScoring {
  return {
    identity: IDENTITY,
    ready: true,
    failure: undefined,
    async score(vectors) {
      if (this.failure !== undefined) throw this.failure
      return Float64Array.from(vectors, vector => vector[0]! + 10 * vector[1]! + 100 * vector[2]!)
    },
  }
}

/** An HTTP application for one test; it has no metrics to tell. */
export function buildApp(t: TestContext): { readonly app: HttpApp; readonly health: Health } {
  const health = new Health()
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health })
  t.after(() => app.close())
  return { app, health }
}
