import { days, MillraceError, type Pipeline, type StageOrder } from '@millrace/core'
import { daysOfHistory } from '../check/definition.ts'
import type { SimulationOptions } from '../commands/simulation-options.ts'
import { type EventFields, type Input, type InputEvent, takeCounted } from './input-event.ts'
import type { Simulator } from './load-companion.ts'

/** Every simulation begins here, so that the same seed gives the same events. */
export const SIMULATION_START = Date.UTC(2026, 0, 1)
/** A day in two seconds. */
const DEFAULT_SPEED = 43_200
/** Windows are full for so long before the run. */
export const SPARE_DAYS = 7
/** How long the services take to start and to work off a usual history (ms). */
export const WARM_UP_MS = 15_000

/** What a simulator is asked to simulate. */
export type Population = Pick<SimulationOptions, 'seed' | 'customers' | 'terminals' | 'drift'> & {
  /** Event time at which it begins (epoch ms). Default: that of every simulation. */
  readonly start?: number
}

export interface SimulationInputOptions extends SimulationOptions {
  readonly speed: number | 'max' | undefined
  readonly order: StageOrder | undefined
}

/**
 * The simulation as input. Its clock reaches the end of the history when the services have warmed up, so that nearly
 * all of the history is sent as fast as possible; at speed `max` it stands at the end of the data instead.
 */
export async function simulationInput(
  pipeline: Pipeline,
  simulator: Simulator,
  options: SimulationInputOptions,
): Promise<Input> {
  const { events: count, speed = DEFAULT_SPEED, order = 'arrival' } = options
  const historyDays = options.historyDays ?? daysOfHistory(pipeline) + SPARE_DAYS
  const historyEnd = SIMULATION_START + days(historyDays)
  const all = (): Iterable<InputEvent> => simulatedEvents(pipeline, simulator, options)
  const events = async function* (): AsyncGenerator<InputEvent, void, undefined> {
    if (count === undefined) yield* all()
    else yield* takeCounted(all(), { type: pipeline.scored, from: historyEnd, count })
  }
  return {
    name: `simulation (seed ${options.seed})`,
    events,
    order,
    isReplay: speed === 'max',
    historyEnd,
    clock:
      speed === 'max'
        ? { start: await endOf(events()), speed: 1 }
        : { start: Math.max(SIMULATION_START, historyEnd - WARM_UP_MS * speed), speed },
    firstEventTime: SIMULATION_START,
    size: count,
    example: firstScored(pipeline, all()),
    hasLabels: pipeline.outcome !== undefined,
    remarks: [],
  }
}

/** All that a simulator yields, typed by the pipeline. Throws INPUT_INVALID for an event of a type that it lacks. */
export function* simulatedEvents(
  pipeline: Pipeline,
  { simulate }: Simulator,
  { seed, customers, terminals, drift, start = SIMULATION_START }: Population,
): Generator<InputEvent, void, undefined> {
  const types = new Map(pipeline.events.map(type => [type.name, type]))
  const population = { seed, customers, terminals, start }
  for (const { type: name, event } of simulate({ ...population, ...(drift !== undefined && { drift }) })) {
    const type = types.get(name)
    if (type === undefined) {
      throw new MillraceError(
        'INPUT_INVALID',
        `The simulator yields an event of the type "${name}", which the pipeline does not declare.`,
      )
    }
    const fields = event as EventFields
    yield { type, event: fields, eventTime: fields[type.eventTime] as number }
  }
}

/** Labels become known this long after the last transaction, and are still to be accepted then. */
const AFTER_END_MS = days(7)

async function endOf(events: AsyncIterable<InputEvent>): Promise<number> {
  let end = SIMULATION_START
  for await (const { eventTime } of events) end = eventTime ?? end
  return end + AFTER_END_MS
}

function firstScored(pipeline: Pipeline, events: Iterable<InputEvent>): EventFields {
  for (const { type, event } of events) if (type === pipeline.scored) return event
  return {}
}
