import { customer, terminal, transaction } from '@millrace/card-fraud'
import {
  type Aggregation,
  days,
  type EventValues,
  type FeatureView,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import { SeededRandom } from '@millrace/testkit'
import type { BenchOptions } from './options.ts'
import { measure, report } from './report.ts'

/** So many that an entity has one or two events a day. */
const ENTITIES = 5_000
/** So few that an entity has hundreds of events a day, which is what tiles are for. */
const BUSY_ENTITIES = 50
/** How often every state is written and read. */
const ROUNDS = 10
const STEP_MS = days(60) / 500_000

/** The customer's windows in tiles. */
const tiledCustomer: FeatureView = {
  ...customer,
  name: 'customer-tiled',
  features: Object.fromEntries(
    Object.entries<Aggregation>(customer.features).map(([name, aggregation]) => [
      name,
      { ...aggregation, window: { ...aggregation.window, precision: 'tiled' } },
    ]),
  ),
}

/** The feature engine alone: add and evaluate for every event, and a state to bytes and back. */
export async function benchEngine({ quick }: BenchOptions): Promise<void> {
  const count = quick ? 100_000 : 500_000
  const events = makeEvents(count, ENTITIES)
  for (const view of [customer, terminal, tiledCustomer]) await benchView(view.name, view, events)
  const busy = makeEvents(count, BUSY_ENTITIES)
  for (const view of [customer, tiledCustomer]) await benchView(`${view.name}-busy`, view, busy)
}

async function benchView(name: string, view: FeatureView, events: readonly EventValues[]): Promise<void> {
  const engine = new ViewEngine(view, transaction)
  const states = new Map<string, ViewState>()
  handleAll(engine, view, new Map(), events.slice(0, 50_000))
  const { cpuUs, rate } = await measure(events.length, () => handleAll(engine, view, states, events))
  report('engine', `${name}.event.cpu`, cpuUs, 'us/event')
  report('engine', `${name}.event.rate`, rate, 'events/s')
  await benchCodec(name, engine, [...states.values()])
}

function handleAll(
  engine: ViewEngine,
  view: FeatureView,
  states: Map<string, ViewState>,
  events: readonly EventValues[],
): void {
  const features: number[] = []
  for (const event of events) {
    const entity = event[view.entity] as string
    let state = states.get(entity)
    if (state === undefined) {
      state = engine.init()
      states.set(entity, state)
    }
    engine.add(state, transaction, event)
    engine.evaluate(state, event[transaction.eventTime] as number, features, 0)
  }
}

async function benchCodec(name: string, engine: ViewEngine, states: readonly ViewState[]): Promise<void> {
  const encoded: Uint8Array[] = []
  for (const state of states) encoded.push(engine.encode(state))
  const encode = await measure(ROUNDS * states.length, () => {
    for (let round = 0; round < ROUNDS; round++) for (const state of states) engine.encode(state)
  })
  const decode = await measure(ROUNDS * states.length, () => {
    for (let round = 0; round < ROUNDS; round++) for (const bytes of encoded) engine.decode(bytes)
  })
  const bytes = encoded.reduce((sum, { length }) => sum + length, 0) / encoded.length
  report('engine', `${name}.state.size`, bytes, 'bytes')
  report('engine', `${name}.state.encode.cpu`, encode.cpuUs, 'us/state')
  report('engine', `${name}.state.decode.cpu`, decode.cpuUs, 'us/state')
}

function makeEvents(count: number, entities: number): EventValues[] {
  const random = new SeededRandom(1)
  return Array.from({ length: count }, (_, i) => ({
    transactionId: String(i),
    occurredAt: Date.UTC(2026, 0, 1) + Math.floor(i * STEP_MS),
    customerId: String(random.integer(1, entities)),
    terminalId: String(random.integer(1, 2 * entities)),
    amount: random.integer(1, 50_000) / 100,
  }))
}
