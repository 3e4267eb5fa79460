import { type GivenOptions, readNumber } from '../options.ts'
import { UsageError } from '../usage.ts'

export interface SimulationOptions {
  /** Scored events after the history; endless when undefined. */
  readonly events: number | undefined
  /** Days before the run that fill the windows. Default: a week longer than these reach. */
  readonly historyDays: number | undefined
  readonly customers: number
  readonly terminals: number
  readonly seed: number
  readonly drift: { readonly fromDay: number; readonly amountFactor: number } | undefined
}

/** Of the options that describe a simulation, those that mean nothing without one. */
export const SIMULATION_OPTIONS = {
  history: { type: 'string' },
  customers: { type: 'string' },
  terminals: { type: 'string' },
  seed: { type: 'string' },
  'drift-from-day': { type: 'string' },
  'drift-factor': { type: 'string' },
} as const

/** Reads the options that describe a simulation. Throws UsageError. */
export function readSimulation(given: GivenOptions): SimulationOptions {
  return {
    events: readNumber(given, 'events', { min: 1 }),
    historyDays: readNumber(given, 'history', { min: 0, max: 3_650, whole: false }),
    customers: readNumber(given, 'customers', { min: 1, max: 1_000_000 }) ?? 1_000,
    terminals: readNumber(given, 'terminals', { min: 1, max: 1_000_000 }) ?? 2_000,
    seed: readNumber(given, 'seed', { min: 0 }) ?? 1,
    drift: readDrift(given),
  }
}

function readDrift(given: GivenOptions): SimulationOptions['drift'] {
  const fromDay = readNumber(given, 'drift-from-day', { min: 0 })
  const amountFactor = readNumber(given, 'drift-factor', { min: 0, max: 1_000, whole: false })
  if (fromDay === undefined && amountFactor === undefined) return undefined
  if (fromDay === undefined || amountFactor === undefined) {
    throw new UsageError('--drift-from-day and --drift-factor go together.')
  }
  return { fromDay, amountFactor }
}
