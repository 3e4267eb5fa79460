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

const ENTITIES = 5_000
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
  const events = makeEvents(quick ? 100_000 : 500_000)
  for (const view of [customer, terminal, tiledCustomer]) {
    const engine = new ViewEngine(view, transaction)
    const states = new Map<string, ViewState>()
    handleAll(engine, view, new Map(), events.slice(0, 50_000))
    const { cpuUs, rate } = await measure(events.length, () => handleAll(engine, view, states, events))
    report('engine', `${view.name}.event.cpu`, cpuUs, 'us/event')
    report('engine', `${view.name}.event.rate`, rate, 'events/s')
    await benchCodec(engine, view, [...states.values()])
  }
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

async function benchCodec(
  engine: ViewEngine,
  view: FeatureView,
  states: readonly ViewState[],
): Promise<void> {
  const encoded: Uint8Array[] = []
  for (const state of states) encoded.push(engine.encode(state))
  const encode = await measure(ROUNDS * states.length, () => {
    for (let round = 0; round < ROUNDS; round++) for (const state of states) engine.encode(state)
  })
  const decode = await measure(ROUNDS * states.length, () => {
    for (let round = 0; round < ROUNDS; round++) for (const bytes of encoded) engine.decode(bytes)
  })
  const bytes = encoded.reduce((sum, { length }) => sum + length, 0) / encoded.length
  report('engine', `${view.name}.state.size`, bytes, 'bytes')
  report('engine', `${view.name}.state.encode.cpu`, encode.cpuUs, 'us/state')
  report('engine', `${view.name}.state.decode.cpu`, decode.cpuUs, 'us/state')
}

function makeEvents(count: number): EventValues[] {
  const random = new SeededRandom(1)
  return Array.from({ length: count }, (_, i) => ({
    transactionId: String(i),
    occurredAt: Date.UTC(2026, 0, 1) + Math.floor(i * STEP_MS),
    customerId: String(random.integer(1, ENTITIES)),
    terminalId: String(random.integer(1, 2 * ENTITIES)),
    amount: random.integer(1, 50_000) / 100,
  }))
}
