import { days, hours, minutes } from '@millrace/core'

/** An impression as it is produced; what is not known is null. */
export interface RawImpression {
  readonly impressionId: string
  readonly shownAt: number
  readonly userId: string
  readonly campaignId: string
  readonly siteId: string
  readonly device: string
  readonly bid: number
  readonly scrollDepth: number | null
}

export interface RawAttribution {
  readonly impressionId: string
  readonly decidedAt: number
  readonly userId: string
  readonly campaignId: string
  readonly siteId: string
  readonly wasClicked: boolean
}

export type SimulatedEvent =
  | { readonly type: 'impression'; readonly event: RawImpression }
  | { readonly type: 'attribution'; readonly event: RawAttribution }

export interface SimulationOptions {
  readonly seed: number
  /** Event time of the first day (epoch ms). */
  readonly start: number
  /** Default 300. */
  readonly users?: number
  /** Default: endless. */
  readonly days?: number
}

const CAMPAIGNS = 40
const SITES = 12
const DEVICES = ['phone', 'phone', 'desktop', 'Tablet'] as const
/** How long after an impression it is decided whether it was clicked. */
const ATTRIBUTED_AFTER = minutes(30)

interface User {
  readonly userId: string
  readonly device: string
  readonly eagerness: number
}

/**
 * Simulates people who come for sessions of some impressions, once a day on average, and click now and then. In order
 * of event time; the same seed gives the same events.
 */
export function* simulate(options: SimulationOptions): Generator<SimulatedEvent, void, undefined> {
  const { seed, start, users = 300, days: length = Number.POSITIVE_INFINITY } = options
  const random = createRandom(seed)
  const people = Array.from({ length: users }, (_, i) => ({
    userId: `user-${i + 1}`,
    device: pick(DEVICES, random),
    eagerness: random() ** 3,
  }))
  let undecided: Decided[] = []
  for (let day = 0; day < length; day++) {
    const shown = people.flatMap(person => sessionOf(person, start + days(day), random))
    const attributed = shown.map(item => attributionOf(item, random))
    const all = [...undecided, ...shown, ...attributed].sort((a, b) => a.time - b.time)
    const end = start + days(day + 1)
    undecided = all.filter(({ time }) => time >= end)
    for (const { time, make } of all) if (time < end) yield make(time)
  }
  for (const { time, make } of undecided) yield make(time)
}

/** An event with the time at which it is due. */
interface Decided {
  readonly time: number
  make(time: number): SimulatedEvent
}

interface Shown extends Decided {
  readonly chance: number
  readonly about: Omit<RawAttribution, 'decidedAt' | 'wasClicked'>
}

function sessionOf({ userId, device, eagerness }: User, dayStart: number, random: () => number): Shown[] {
  if (random() < 0.3) return []
  const impressions = 1 + Math.floor(6 * random() ** 2)
  const siteId = `site-${1 + Math.floor(SITES * random() ** 2)}`
  let time = dayStart + Math.floor(hours(24) * random() ** 0.7)
  return Array.from({ length: impressions }, (_, i) => {
    time += Math.floor(minutes(12) * random()) + 1
    const campaignId = `campaign-${1 + Math.floor(CAMPAIGNS * random() ** 1.5)}`
    const impressionId = `${userId}-${dayStart / days(1)}-${i}`
    const event = {
      userId,
      campaignId,
      siteId,
      device: random() < 0.9 ? device : 'desktop',
      bid: Math.round(100 * (1 + 9 * random())) / 100,
      scrollDepth: random() < 0.4 ? null : Math.round(100 * random()) / 100,
    }
    return {
      time,
      chance: 0.02 + 0.25 * eagerness * (event.scrollDepth ?? 0.5),
      about: { impressionId, userId, campaignId, siteId },
      make: shownAt => ({ type: 'impression', event: { impressionId, shownAt, ...event } }),
    } satisfies Shown
  })
}

function attributionOf({ time, chance, about }: Shown, random: () => number): Decided {
  const wasClicked = random() < chance
  return {
    time: time + ATTRIBUTED_AFTER,
    make: decidedAt => ({ type: 'attribution', event: { ...about, decidedAt, wasClicked } }),
  }
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(items.length * random())]!
}

/** Numbers from 0 to 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
}
