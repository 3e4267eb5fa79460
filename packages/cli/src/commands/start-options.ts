import type { StageOrder } from '@millrace/core'
import { readNumber, readOptions, readText, readWord } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { UsageError } from '../usage.ts'
import { readSimulation, SIMULATION_OPTIONS, type SimulationOptions } from './simulation-options.ts'

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

const OPTIONS = {
  events: { type: 'string' },
  input: { type: 'string' },
  vectors: { type: 'string' },
  speed: { type: 'string' },
  ...SIMULATION_OPTIONS,
  order: { type: 'string' },
  partitions: { type: 'string' },
  builders: { type: 'string' },
  pipeline: { type: 'string' },
  keep: { type: 'boolean' },
} as const

const SIMULATION_ONLY = Object.keys(SIMULATION_OPTIONS)

type Given = ReturnType<typeof readOptions>

/** Reads the options of `millrace start`. Throws UsageError. */
export function readStartOptions(args: readonly string[]): StartOptions {
  const given = readOptions(args, OPTIONS)
  const path = readText(given, 'input')
  const input =
    path === undefined ? ({ kind: 'simulation', ...readSimulation(given) } as const) : readFile(given, path)
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

function readSpeed(given: Given): number | 'max' | undefined {
  if (given['speed'] === 'max') return 'max'
  return readNumber(given, 'speed', { min: 0.001, max: 1e9, whole: false })
}
