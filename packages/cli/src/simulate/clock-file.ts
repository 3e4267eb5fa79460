import { readFile, writeFile } from 'node:fs/promises'
import { type ClockDeclaration, formatClock, MillraceError, parseClock, speedOf } from '@millrace/core'
import { type SimulationClockOptions, simulationClock } from './simulation-clock.ts'

export interface ClockFileOptions extends Omit<SimulationClockOptions, 'progress'> {
  readonly progress: (SimulationClockOptions['progress'] & { readonly sentAt: number }) | undefined
}

/** A simulation that has sent nothing for longer is taken as ended (ms). */
const AT_WORK_MS = 60_000

/**
 * Writes the clock for services that start now to a file of environment variables, and answers it. While a simulation is
 * at work, the clock that it follows stays.
 */
export async function keepClockFile(file: string, options: ClockFileOptions): Promise<ClockDeclaration> {
  const { progress, speed, nowMs } = options
  const kept = await readClockFile(file)
  const isAtWork = progress !== undefined && nowMs - progress.sentAt < AT_WORK_MS
  if (kept !== undefined && isAtWork && speedOf(kept) === speed) return kept
  const clock = simulationClock(options)
  await writeFile(file, `CLOCK=${formatClock(clock)}\n`)
  return clock
}

/** Undefined where there is no such file, or where it holds something else. */
async function readClockFile(file: string): Promise<ClockDeclaration | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const [, clock] = /^CLOCK=(\S+)$/m.exec(text) ?? []
  try {
    return clock === undefined ? undefined : parseClock(clock)
  } catch (error) {
    if (error instanceof MillraceError) return undefined
    throw error
  }
}
