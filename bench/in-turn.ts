/** Into how many parts the work of each is divided. */
export const TURNS = 15

/**
 * Does several works in turn, a part of each every time: a machine that is shared is fast in one second and slow in the
 * next. Answers what each came to in each of its turns.
 */
export async function inTurn<T>(works: readonly (() => Promise<T>)[]): Promise<readonly (readonly T[])[]> {
  const turns = works.map((): T[] => [])
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, work] of works.entries()) turns[i]!.push(await work())
  }
  return turns
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
