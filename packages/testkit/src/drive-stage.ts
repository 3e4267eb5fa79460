import {
  emptyCheckpoint,
  InputMerge,
  type RecordOutcome,
  type Stage,
  type StageOrder,
  type StageOutput,
  type StageRecord,
  type StepContext,
} from '@millrace/core'

export interface DriveOptions<V, S> {
  readonly stage: Stage<V, S>
  /** Each input's records in the order of their offsets. */
  readonly records: readonly StageRecord<V>[]
  /** Default `arrival`. */
  readonly order?: StageOrder
  /** Default 0. */
  readonly partition?: number
  /** States from before, by key; they are not changed. */
  readonly states?: ReadonlyMap<string, Uint8Array>
}

/** What a stage made of its records. */
export interface Driven {
  readonly outputs: readonly StageOutput[]
  readonly states: ReadonlyMap<string, Uint8Array>
  /** What became of each record, in their order. */
  readonly outcomes: readonly RecordOutcome[]
}

/**
 * Runs a stage over records without broker and store, as one partition does from its beginning. Every state is
 * encoded after its record and decoded before the next, so that nothing lives on that the codec does not keep.
 */
export async function driveStage<V, S>(options: DriveOptions<V, S>): Promise<Driven> {
  const { stage, records, order = 'arrival', partition = 0 } = options
  const inputs = Math.max(0, ...records.map(({ input }) => input)) + 1
  const merge = new InputMerge<V>(order, emptyCheckpoint(inputs))
  for (const record of records) merge.offer(record)
  const states = new Map(options.states)
  const outputs: StageOutput[] = []
  const outcomes: RecordOutcome[] = []
  const context: StepContext = {
    partition,
    emit: output => void outputs.push(output),
    tell: outcome => void outcomes.splice(-1, 1, outcome),
  }
  for (let record = merge.take(Infinity); record !== undefined; record = merge.take(Infinity)) {
    await stage.prepare?.([record])
    const key = stage.keyOf(record)
    const stored = key === undefined ? undefined : states.get(key)
    outcomes.push('ok')
    const state = stage.step(stored && stage.codec.decode(stored), record, context)
    if (key === undefined || state === undefined) continue
    if (state === null) states.delete(key)
    else states.set(key, stage.codec.encode(state))
  }
  return { outputs, states, outcomes }
}
