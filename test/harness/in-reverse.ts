import type { Ending } from './deployment.ts'

/** Ends the last begun first, so that everything still has what it was begun with. */
export function inReverse(t: Ending): Ending {
  const ends: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const end of ends.toReversed()) await end()
  })
  return { after: end => void ends.push(end) }
}
