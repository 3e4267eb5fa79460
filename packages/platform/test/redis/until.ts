import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 20
const MOST_POLLS = 3_000

/** Resolves once the condition holds; throws after a minute. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let polls = 0; polls < MOST_POLLS; polls++) {
    if (await condition()) return
    await delay(POLL_MS)
  }
  throw new Error(`It does not hold: ${condition}`)
}
