import { SeededRandom } from '@millrace/testkit'

const HOUR = 3_600_000
export const START = Date.UTC(2026, 0, 1)

export interface Order {
  readonly orderId: string
  readonly at: number
  readonly customer: string
  readonly channel: string | null
  readonly amount: number
  readonly weight?: number
}

export interface OrderEvents {
  readonly orders: readonly Order[]
  /** Whether the complaint about an order was justified, by the order's id. */
  readonly outcomes: ReadonlyMap<string, boolean>
}

/** An order an hour, and three hours later what came of it. */
export function orderEvents(count: number, seed = 1): OrderEvents {
  const random = new SeededRandom(seed)
  const orders = Array.from({ length: count }, (_, i) => ({
    orderId: `o${i}`,
    at: START + i * HOUR,
    customer: `c${random.integer(1, 5)}`,
    channel: random.pick(['web', 'shop', 'phone', null]),
    amount: random.integer(100, 9_000) / 100,
    ...(random.chance(0.8) && { weight: random.integer(1, 40) }),
  }))
  return { orders, outcomes: new Map(orders.map(({ orderId }) => [orderId, random.chance(0.3)])) }
}

/** The events as lines of a file, in the order of their times. */
export function orderLines({ orders, outcomes }: OrderEvents): string {
  const events = orders.flatMap(order => {
    const { orderId, at, customer } = order
    const complaint = { orderId, at: at + 3 * HOUR + 1, customer, justified: outcomes.get(orderId) }
    return [
      { type: 'order', event: order },
      { type: 'complaint', event: complaint },
    ]
  })
  return events
    .toSorted((a, b) => a.event.at - b.event.at)
    .map(event => `${JSON.stringify(event)}\n`)
    .join('')
}
