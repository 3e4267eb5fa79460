import type { ServiceSpec } from '../services/service-process.ts'
import type { StageRates } from './stage-rates.ts'

const REQUEST_LIMIT_MS = 900

/** Asks every process for its metrics; one that does not answer is left out. */
export async function pollMetrics(members: readonly ServiceSpec[], rates: StageRates): Promise<void> {
  const answers = await Promise.all(
    members.map(async ({ name, port }) => [name, await fetchMetrics(port)] as const),
  )
  const texts = answers.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))
  rates.update(new Map(texts), performance.now())
}

async function fetchMetrics(port: number): Promise<string | undefined> {
  try {
    const limit = AbortSignal.timeout(REQUEST_LIMIT_MS)
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: limit })
    return response.ok ? await response.text() : undefined
  } catch {
    return undefined
  }
}
