import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 200
const REQUEST_LIMIT_MS = 2_000

/** A start that takes longer is worth a word. */
const SLOW_AFTER_MS = 5_000

/** Resolves when the service on `port` says that it is ready. Told what a slow one waits for, at each change. */
export async function untilReady(
  port: number,
  onSlow: (reasons: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now()
  let told = ''
  for (;;) {
    const reasons = await askReadiness(port)
    if (reasons === undefined) return
    if (reasons !== told && performance.now() - startedAt > SLOW_AFTER_MS) {
      onSlow(reasons)
      told = reasons
    }
    await delay(POLL_MS, undefined, { signal })
  }
}

/** Undefined when it is ready. */
async function askReadiness(port: number): Promise<string | undefined> {
  try {
    const limit = AbortSignal.timeout(REQUEST_LIMIT_MS)
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: limit })
    const body = (await response.json()) as { readonly reasons?: readonly string[] }
    return response.ok ? undefined : (body.reasons ?? []).join(', ')
  } catch {
    return 'no answer yet'
  }
}
