import { UsageError } from '../usage.ts'
import { readStartOptions, type StartOptions } from './start-options.ts'

export interface DevOptions {
  readonly pipelineFile: string
  /** Arguments of `millrace start` for a pipeline that needs so many days of history. */
  readonly argsOf: (daysOfHistory: number) => readonly string[]
}

/** An hour a second: slow enough to look at. */
const DEFAULT_SPEED = '3600'

/** Reads the options of `millrace dev`: those of `start`, with defaults of its own. Throws UsageError. */
export function readDevOptions(args: readonly string[]): DevOptions {
  const { pipelineFile, input, speed, keep } = readStartOptions(args)
  if (keep)
    throw new UsageError('--keep is for start: the stack of dev is its own, and is emptied at each change.')
  return {
    pipelineFile,
    argsOf: daysOfHistory => [...args, ...simulationDefaults(args, { input, speed }, daysOfHistory)],
  }
}

function simulationDefaults(
  args: readonly string[],
  { input, speed }: Pick<StartOptions, 'input' | 'speed'>,
  daysOfHistory: number,
): string[] {
  if (input.kind === 'file') return []
  return [
    ...(speed === undefined ? ['--speed', DEFAULT_SPEED] : []),
    ...(args.some(arg => /^--history(=|$)/.test(arg)) ? [] : ['--history', String(daysOfHistory)]),
  ]
}
