import { SeededRandom } from './seeded-random.ts'

/** Checks a property with the seeds of `seedsOf(runs)`; a failure names its seed. */
export async function forEachSeed(
  runs: number,
  check: (random: SeededRandom, seed: number) => void | Promise<void>,
): Promise<void> {
  for (const seed of seedsOf(runs)) {
    try {
      await check(new SeededRandom(seed), seed)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`PROPERTY_SEED=${seed} fails: ${reason}`, { cause })
    }
  }
}

/**
 * The seeds 1…`runs`. The environment changes them: `PROPERTY_RUNS` how many there are, `PROPERTY_SEED` which one it
 * is alone.
 */
export function seedsOf(runs: number): readonly number[] {
  const { PROPERTY_RUNS, PROPERTY_SEED } = process.env
  if (PROPERTY_SEED !== undefined) return [Number(PROPERTY_SEED)]
  return Array.from({ length: Number(PROPERTY_RUNS ?? runs) }, (_, i) => i + 1)
}
