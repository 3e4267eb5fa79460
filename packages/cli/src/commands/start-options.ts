import type { StageOrder } from '@millrace/core'
import { readNumber, readOptions, readText, readWord } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { UsageError } from '../usage.ts'

export interface StartOptions {
  readonly pipelineFile: string
  readonly input: InputOptions
  /** Where features and scores of the rows of a file go. */
  readonly vectors: string | undefined
  /** How many times as fast as the wall clock event time runs. Default: see `planInput`. */
  readonly speed: number | 'max' | undefined
  readonly order: StageOrder | undefined
  readonly partitions: number
  readonly builders: number
  readonly keep: boolean
}

export type InputOptions =
  | { readonly kind: 'file'; readonly path: string; readonly events: number | undefined }
  | ({ readonly kind: 'simulation' } & SimulationOptions)

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

const OPTIONS = {
  events: { type: 'string' },
  input: { type: 'string' },
  vectors: { type: 'string' },
  speed: { type: 'string' },
  history: { type: 'string' },
  customers: { type: 'string' },
  terminals: { type: 'string' },
  seed: { type: 'string' },
  'drift-from-day': { type: 'string' },
  'drift-factor': { type: 'string' },
  order: { type: 'string' },
  partitions: { type: 'string' },
  builders: { type: 'string' },
  pipeline: { type: 'string' },
  keep: { type: 'boolean' },
} as const

const SIMULATION_ONLY = ['history', 'customers', 'terminals', 'seed', 'drift-from-day', 'drift-factor']

type Given = ReturnType<typeof readOptions>

/** Reads the options of `millrace start`. Throws UsageError. */
export function readStartOptions(args: readonly string[]): StartOptions {
  const given = readOptions(args, OPTIONS)
  const path = readText(given, 'input')
  const input = path === undefined ? readSimulation(given) : readFile(given, path)
  const vectors = readText(given, 'vectors')
  if (vectors !== undefined && path === undefined) throw new UsageError('--vectors needs --input.')
  const speed = readSpeed(given)
  if (speed === 'max' && input.kind === 'simulation' && input.events === undefined) {
    throw new UsageError('--speed max needs --events: the clock stands at the end of the simulation.')
  }
  return {
    input,
    vectors,
    speed,
    pipelineFile: readText(given, 'pipeline') ?? defaultPipelineFile(),
    order: readWord(given, 'order', ['arrival', 'strict']),
    partitions: readNumber(given, 'partitions', { min: 1, max: 1_000 }) ?? 4,
    builders: readNumber(given, 'builders', { min: 1, max: 64 }) ?? 1,
    keep: given['keep'] === true,
  }
}

function readFile(given: Given, path: string): InputOptions {
  const misplaced = SIMULATION_ONLY.find(name => given[name] !== undefined)
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} is for the simulation, not for --input.`)
  return { kind: 'file', path, events: readNumber(given, 'events', { min: 1 }) }
}

function readSimulation(given: Given): InputOptions {
  return {
    kind: 'simulation',
    events: readNumber(given, 'events', { min: 1 }),
    historyDays: readNumber(given, 'history', { min: 0, max: 3_650, whole: false }),
    customers: readNumber(given, 'customers', { min: 1, max: 1_000_000 }) ?? 1_000,
    terminals: readNumber(given, 'terminals', { min: 1, max: 1_000_000 }) ?? 2_000,
    seed: readNumber(given, 'seed', { min: 0 }) ?? 1,
    drift: readDrift(given),
  }
}

function readDrift(given: Given): SimulationOptions['drift'] {
  const fromDay = readNumber(given, 'drift-from-day', { min: 0 })
  const amountFactor = readNumber(given, 'drift-factor', { min: 0, max: 1_000, whole: false })
  if (fromDay === undefined && amountFactor === undefined) return undefined
  if (fromDay === undefined || amountFactor === undefined) {
    throw new UsageError('--drift-from-day and --drift-factor go together.')
  }
  return { fromDay, amountFactor }
}

function readSpeed(given: Given): number | 'max' | undefined {
  if (given['speed'] === 'max') return 'max'
  return readNumber(given, 'speed', { min: 0.001, max: 1e9, whole: false })
}
