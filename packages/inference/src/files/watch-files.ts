import { setTimeout as delay } from 'node:timers/promises'
import { type FoundModel, findModels } from './find-models.ts'

export interface WatchOptions {
  readonly signal: AbortSignal
  /** Told of what has changed, one change after the other. */
  readonly onChange: (found: readonly FoundModel[]) => Promise<unknown>
  /** Told why the files cannot be looked at, once for each reason; they are looked at again. */
  readonly onTrouble: (error: unknown) => void
  /** Time between two looks (ms). Default 1,000. */
  readonly interval?: number
}

/**
 * Looks at the models at a path again and again, until the signal. A change counts when it still stands at the next
 * look: a file that is being written is left alone. File systems that tell of changes do not do so across containers
 * and networks, so that nothing is relied on but looking.
 */
export async function watchFiles(path: string, options: WatchOptions): Promise<void> {
  const { signal, onChange, onTrouble, interval = 1_000 } = options
  let before = ''
  let known: string | undefined
  let trouble = ''
  while (await passed(interval, signal)) {
    try {
      const found = await findModels(path)
      const now = JSON.stringify(found)
      const isSettled = now === before && now !== known
      before = now
      if (!isSettled) continue
      known = now
      trouble = ''
      await onChange(found)
    } catch (error) {
      if (String(error) !== trouble) onTrouble(error)
      trouble = String(error)
    }
  }
}

async function passed(interval: number, signal: AbortSignal): Promise<boolean> {
  return delay(interval, true, { signal }).catch(() => false)
}
