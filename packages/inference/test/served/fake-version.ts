import { StatisticsCounter } from '../../src/batching/statistics.ts'
import type { LoadedModel } from '../../src/model/open-model.ts'
import type { VersionAtWork } from '../../src/served/model-host.ts'

/** A version whose statistics are counted by the test. */
export interface FakeVersion extends VersionAtWork {
  readonly counter: StatisticsCounter
  closed: boolean
}

/** @param latencyBudget ms */
export function fakeVersion(version: string, latencyBudget?: number): FakeVersion {
  const counter = new StatisticsCounter(latencyBudget)
  const model = {
    signature: { inputs: [], outputs: [] },
    joins: true,
    get statistics() {
      return counter.snapshot()
    },
  } as unknown as LoadedModel
  return {
    identity: { name: 'fraud', version, digest: version.repeat(64) },
    model,
    counter,
    closed: false,
    async close() {
      this.closed = true
    },
  }
}
