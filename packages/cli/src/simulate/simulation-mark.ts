/** Which simulation an event is of: the same one gives the same events in the same order. */
export interface SimulationIdentity {
  readonly seed: number
  readonly customers: number
  readonly terminals: number
  /** Event time at which it begins (epoch ms). */
  readonly start: number
}

/** What a simulated record says of itself. */
export interface SimulationMark extends SimulationIdentity {
  /** How many events of the simulation came before it. */
  readonly number: number
}

/** The header of simulated records. */
export const SIMULATION_HEADER = 'millrace-simulation'

/** `seed/customers/terminals/start/number` */
export function formatMark({ seed, customers, terminals, start, number }: SimulationMark): string {
  return [seed, customers, terminals, start, number].join('/')
}

/** Reads what `formatMark` wrote; undefined for anything else. */
export function parseMark(text: string): SimulationMark | undefined {
  if (!/^\d+(\/\d+){4}$/.test(text)) return undefined
  const [seed, customers, terminals, start, number] = text.split('/').map(Number)
  return { seed: seed!, customers: customers!, terminals: terminals!, start: start!, number: number! }
}
