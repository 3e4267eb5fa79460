import type { SimulatedEvent, SimulationRequest } from '@millrace/cli'

const MACHINES = 240
const SITES = 6
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Steps before the first reading, so that machines of every age are at work. */
const EARLIER_STEPS = 60 * 24

/** Above this wear a technician who comes by services a machine; at 1 it breaks down. */
const SERVICE_FROM = 0.7
const VISIT_CHANCE = 0.01

/** Simulates machines that wear out, and the technicians who mend them. Endless; the same seed gives the same events. */
export function* simulate({ seed, start }: SimulationRequest): Generator<SimulatedEvent, void, undefined> {
  const random = createRandom(seed)
  const machines = Array.from({ length: MACHINES }, (_, i) => ({
    machineId: `machine-${i + 1}`,
    siteId: `site-${(i % SITES) + 1}`,
    wear: random(),
    wearPerStep: (0.5 + random()) / 480,
  }))
  for (let step = -EARLIER_STEPS; ; step++) {
    for (const [i, machine] of machines.entries()) {
      // Machines report one after the other, so that no two readings have the same time.
      const time = start + step * HOUR + i * 1_000
      const { machineId, siteId } = machine
      machine.wear += machine.wearPerStep * (0.5 + random())
      const strain = machine.wear ** 3
      const vibration = round(2 + 8 * strain + random())
      const temperature = round(40 + 5 * Math.sin((2 * Math.PI * time) / DAY) + 20 * strain + 2 * random())
      const wasBreakdown = machine.wear >= 1
      const isServiced = machine.wear >= SERVICE_FROM && random() < VISIT_CHANCE
      const isMended = wasBreakdown || isServiced
      if (isMended) machine.wear = 0
      if (step < 0) continue
      const readingId = `reading-${step * MACHINES + i}`
      yield {
        type: 'reading',
        event: { readingId, measuredAt: time, machineId, siteId, vibration, temperature },
      }
      if (!isMended) continue
      const reportId = `repair-${step * MACHINES + i}`
      yield { type: 'repair', event: { reportId, reportedAt: time + 500, machineId, wasBreakdown } }
    }
  }
}

function round(value: number): number {
  return Math.round(100 * value) / 100
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
