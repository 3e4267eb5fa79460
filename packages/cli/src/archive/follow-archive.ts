import { setTimeout as sleep } from 'node:timers/promises'
import { type ArchiveOptions, runArchive } from './run-archive.ts'

/** Archives again and again, with a pause after each run, until `signal` ends it. Throws what `runArchive` throws. */
export async function followArchive(
  options: ArchiveOptions & { readonly signal: AbortSignal },
  pauseMs: number,
): Promise<void> {
  const { signal } = options
  while (!signal.aborted) {
    await runArchive(options)
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
  }
}
