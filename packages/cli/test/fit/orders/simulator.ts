const HOUR = 3_600_000
const CHANNELS = ['web', 'shop', 'fax', null]

/** An order an hour for a month. */
export function* simulate({ start }: { readonly start: number }) {
  for (let i = 0; i < 30 * 24; i++) {
    const order = { orderId: `o${i}`, at: start + i * HOUR, customer: `c${i % 3}`, amount: 10 + (i % 50) }
    yield { type: 'order', event: { ...order, channel: CHANNELS[i % 4] } }
  }
}
