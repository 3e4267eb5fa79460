import type { StageObserver } from '../../packages/platform/src/stage/stage-observer.ts'

/** Tells nobody; what a run must not meet ends it. */
export const SILENT: StageObserver = {
  handled() {},
  published() {},
  received() {},
  repeatsSkipped() {},
  phase() {},
  cached() {},
  refused() {
    throw new Error('Somebody else writes into this Redis.')
  },
  rebuilding() {},
  newEpoch() {},
  topicsMissing() {},
  heard() {},
  fetched() {},
  assigned() {},
  stands() {},
  committed() {},
  rebalanced() {},
  retrying(error) {
    throw error
  },
  recovered() {},
}
