import type { TestContext } from 'node:test'
import type { CountedModel, MillraceError, Pipeline } from '@millrace/core'
import { createModelExplainer } from '@millrace/inference'
import { createHttpApp, Health, type HttpApp, type MetricsRegistry } from '@millrace/platform'
import type { ModelRoles } from '../../src/models/pipeline-models.ts'
import type { ScoredVersion } from '../../src/models/scored-version.ts'

export const IDENTITY = { name: 'fraud', version: '3', digest: 'd'.repeat(64) } as const

export interface FakeScoring extends Pick<ScoredVersion, 'identity' | 'ready' | 'score'> {
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

export interface FakeVersionOptions {
  readonly pipeline: Pipeline
  readonly scoring: Pick<FakeScoring, 'identity' | 'score'>
  readonly counted?: CountedModel
  readonly background?: readonly (readonly number[])[]
}

/** A version at work whose scores the test gives. */
export function fakeVersion({ pipeline, scoring, counted, background }: FakeVersionOptions): ScoredVersion {
  const { identity } = scoring
  const score: ScoredVersion['score'] = (vectors, options) => scoring.score(vectors, options)
  const version = { identity, ...(background && { background }) }
  const explainer = createModelExplainer({ pipeline, version, score })
  const rest = { model: undefined as never, ready: true, close: async () => {} }
  return { identity, score, counted, explainer, ...rest }
}

/** Roles that never change; every key is the champion's unless `forKey` says otherwise. */
export function fakeRoles(champion: ScoredVersion, others: Partial<ModelRoles> = {}): ModelRoles {
  return { champion, shadow: undefined, degraded: undefined, forKey: () => champion, ...others }
}

/** An HTTP application for one test; it has no metrics to tell. */
export function buildApp(t: TestContext): { readonly app: HttpApp; readonly health: Health } {
  const health = new Health()
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health })
  t.after(() => app.close())
  return { app, health }
}
