import type { Logger } from '../logging/logger.ts'

/** A terminal and npm both hand on the same Ctrl-C: what comes within this time is one signal (ms). */
const ONE_SIGNAL_MS = 500

/** What becomes of the signals that end a process. */
export interface StopSignals {
  readonly onFirst: () => void
  /** Whoever asks again does not want to wait. */
  readonly onSecond: () => void
}

/** Listens to SIGTERM and SIGINT. */
export function listenToStopSignals(logger: Logger, { onFirst, onSecond }: StopSignals): void {
  let firstAt: number | undefined
  const take = (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      logger.info({ signal }, 'stopping')
      onFirst()
    } else if (performance.now() - firstAt > ONE_SIGNAL_MS) onSecond()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, take)
}
