import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { customer, label, terminal, transaction } from '@millrace/card-fraud'
import { simulate } from '@millrace/card-fraud/simulator'
import {
  type EventType,
  type EventValues,
  type FeatureView,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import { openFileSource, ParquetFile } from '@millrace/platform/offline'
import type { BackfillOptions } from '../packages/cli/src/backfill/run-backfill.ts'
import { writeEvents } from '../test/harness/backfill-files.ts'
import type { BenchOptions } from './options.ts'
import { measure, report } from './report.ts'

/** As many customers and terminals as the handbook has. */
const SIMULATION = { seed: 1, customers: 5_000, terminals: 10_000, start: Date.UTC(2025, 3, 1) }
const PIPELINE = resolve(import.meta.dirname, '../pipelines/card-fraud/pipeline.ts')

interface TypedEvent {
  readonly type: EventType
  readonly event: EventValues
}

/**
 * Vectors of past payments from Parquet to Parquet, by one worker; labels are events too. Beside it, in the same run,
 * what it cannot be cheaper than: reading the columns, and the engine over events in memory.
 */
export async function benchBackfill({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
  try {
    const events = simulated(quick ? 20 : 120)
    for (const type of [transaction, label]) {
      const ofType = events.filter(item => item.type === type)
      await writeEvents(
        pathOf(folder, type),
        type,
        ofType.map(({ event }) => event),
      )
    }
    report('backfill', 'events', events.length, 'events')
    await benchFloors(folder, events)
    const { cpuUs, rate, peakMemory } = await inProcess(optionsOf(folder), events.length, cpuProfiles)
    report('backfill', 'event.cpu', cpuUs, 'us/event')
    report('backfill', 'event.rate', rate, 'events/s')
    report('backfill', 'event.memory', peakMemory / events.length, 'bytes/event')
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** In a process of its own, so that the events made here are no work for its garbage collector. */
async function inProcess(
  options: BackfillOptions,
  events: number,
  cpuProfiles: string | undefined,
): Promise<{ readonly cpuUs: number; readonly rate: number; readonly peakMemory: number }> {
  const execArgv = cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProfiles}`]
  const child = fork(join(import.meta.dirname, 'backfill-process.ts'), { execArgv })
  child.send({ options, events })
  const [measured] = await once(child, 'message')
  await once(child, 'exit')
  return measured
}

async function benchFloors(folder: string, events: readonly TypedEvent[]): Promise<void> {
  const reading = await measure(events.length, async () => {
    for (const type of [transaction, label]) await readColumns(pathOf(folder, type))
  })
  report('backfill', 'floor.parquet.read.cpu', reading.cpuUs, 'us/event')
  for (const view of [customer, terminal]) {
    const { cpuUs } = await measure(events.length, () => handleAll(view, events))
    report('backfill', `floor.engine.${view.name}.cpu`, cpuUs, 'us/event')
  }
}

async function readColumns(path: string): Promise<void> {
  await using source = await openFileSource(path)
  const file = await ParquetFile.open(source)
  for (const group of file.rowGroups) for (const { name } of file.columns) await file.read(name, group)
}

function handleAll(view: FeatureView, events: readonly TypedEvent[]): void {
  const engine = new ViewEngine(view)
  const states = new Map<unknown, ViewState>()
  const features: number[] = []
  for (const { type, event } of events) {
    if (!view.sources.includes(type)) continue
    let state = states.get(event[view.entity])
    if (state === undefined) {
      state = engine.init()
      states.set(event[view.entity], state)
    }
    engine.add(state, type, event)
    if (type === transaction) engine.evaluate(state, event[type.eventTime] as number, features, 0)
  }
}

function simulated(days: number): TypedEvent[] {
  const types = { transaction, label }
  return [...simulate({ ...SIMULATION, days })].map(({ type, event }) => ({
    type: types[type],
    event: event as unknown as EventValues,
  }))
}

function optionsOf(folder: string): BackfillOptions {
  return {
    pipelineFile: PIPELINE,
    files: [transaction, label].map(type => ({ path: pathOf(folder, type), type })),
    toEvents: undefined,
    output: join(folder, 'vectors'),
    workers: 1,
    partitions: 16,
    rowsPerFile: 500_000,
  }
}

function pathOf(folder: string, { name }: EventType): string {
  return join(folder, `${name}.parquet`)
}
