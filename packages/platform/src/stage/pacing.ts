import type { Stage, StageOrder } from '@millrace/core'
import type { StageInput } from './stage-input.ts'

/** How long raw records gather under arrival order (ms), unless their stage says otherwise: a part of every event's latency. */
export const RAW_LINGER_MS = 12
/** How long a stage waits for the rest of what the one before it published as one (ms). */
const GATHER_MS = 1

/** How long a consumer waits for more; see `StageConsumerOptions`. */
export interface Pacing {
  readonly lingerMs?: number
  readonly gatherMs?: number
  readonly idleMs?: number
}

export interface PacedStage {
  readonly stage: Pick<Stage<unknown, unknown>, 'pace'>
  readonly inputs: readonly Pick<StageInput<unknown>, 'upstream'>[]
  readonly order: StageOrder
}

/** At low rates the cost is that of rounds: the first stage sets their pace, and the others keep to it. */
export function pacingOf({ stage, inputs, order }: PacedStage): Pacing {
  if (order === 'strict') return {}
  const { linger } = stage.pace ?? {}
  if (inputs.some(input => input.upstream === undefined)) return { lingerMs: linger ?? RAW_LINGER_MS }
  return linger === undefined ? { gatherMs: GATHER_MS } : { lingerMs: linger, idleMs: linger }
}
