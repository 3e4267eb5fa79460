import {
  latenessOf,
  type Parent,
  parentOf,
  type Stage,
  type StageOutput,
  type TakenRecord,
  turnOf,
} from '@millrace/core'
import type { LoggedRecord, Passage } from './passage.ts'

/** What a stage keeps of an entity; changed in place, as the states of feature views are. */
export interface Counts {
  transactions: number
  labels: number
}

/** A stage of the schedules: which topics it reads, and which stages write them. */
export interface StagePlan {
  readonly name: string
  readonly inputs: readonly { readonly topic: string; readonly upstream?: string }[]
  /** Where its outputs go; the partition is that of the named entity. */
  readonly output: { readonly topic: string; readonly entity?: 'customer' | 'terminal' }
  /** Whose events it counts. */
  readonly counts?: 'customer' | 'terminal'
}

/** Two sources, three hops. Labels come before transactions of the same time. */
export const STAGES: readonly StagePlan[] = [
  {
    name: 'ingest-transactions',
    inputs: [{ topic: 'transactions' }],
    output: { topic: 'transactions.clean', entity: 'customer' },
  },
  {
    name: 'ingest-labels',
    inputs: [{ topic: 'labels' }],
    output: { topic: 'labels.clean', entity: 'terminal' },
  },
  {
    name: 'customer',
    inputs: [{ topic: 'transactions.clean', upstream: 'ingest-transactions' }],
    output: { topic: 'to-terminal', entity: 'terminal' },
    counts: 'customer',
  },
  {
    name: 'terminal',
    inputs: [
      { topic: 'labels.clean', upstream: 'ingest-labels' },
      { topic: 'to-terminal', upstream: 'customer' },
    ],
    output: { topic: 'vectors' },
    counts: 'terminal',
  },
]

export const RAW_STAGES: readonly string[] = STAGES.filter(({ inputs }) =>
  inputs.every(({ upstream }) => upstream === undefined),
).map(({ name }) => name)

/** The step of a plan: it counts, and passes transactions on with the counts of their entity; an erasure goes no further
 * than to the customer's state. */
export function stageOf(plan: StagePlan, nameParent: (parent: Parent) => Parent): Stage<Passage, Counts> {
  const { counts, output } = plan
  return {
    name: plan.name,
    stateTtl: Infinity,
    codec: {
      encode: ({ transactions, labels }) => Uint8Array.of(transactions, labels),
      decode: ([transactions, labels]) => ({ transactions: transactions!, labels: labels! }),
    },
    keyOf: ({ value }) => counts && value[counts],
    step(stored, record, { partition, emit }) {
      const { value } = record
      if (value.kind === 'erasure' && counts !== undefined) return null
      const state = counts && countIn(stored ?? { transactions: 0, labels: 0 }, value)
      if (value.kind === 'label' && counts !== undefined) return state
      const passed = state === undefined ? value : { ...value, counts: [...value.counts, ...valuesOf(state)] }
      const parent = nameParent(parentOf(partition, record))
      emit(outputOf(output, value, { ...timesOf(record), parent, value: passed }))
      return state
    },
  }
}

/** An erasure has no time before its turn. */
function timesOf(record: TakenRecord<Passage>): Pick<LoggedRecord, 'eventTime' | 'lateByMs'> {
  if (record.value.kind === 'erasure') return { eventTime: turnOf(record) + 0.5 }
  return { eventTime: record.eventTime, lateByMs: latenessOf(record) }
}

function countIn(state: Counts, { kind }: Passage): Counts {
  if (kind === 'label') state.labels++
  else state.transactions++
  return state
}

function valuesOf({ transactions, labels }: Counts): readonly number[] {
  return [transactions, labels]
}

function outputOf({ topic, entity }: StagePlan['output'], passage: Passage, value: unknown): StageOutput {
  return entity === undefined ? { topic, value } : { topic, key: passage[entity], value }
}
