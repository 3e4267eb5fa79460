import { z } from 'zod'

export const aliasMove = z.object({
  /** When it was made (epoch ms). */
  at: z.number(),
  alias: z.string(),
  /** What the alias named before and names from then on; null for nothing. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Set where the move takes the one before it back. */
  undo: z.literal(true).optional(),
})

/** One change of what an alias names. */
export type AliasMove = Readonly<z.output<typeof aliasMove>>

/** How many moves a registry keeps, those of all aliases of a model counted together. */
export const KEPT_MOVES = 50

/** Adds a move behind the others; the oldest ones give way. */
export function withMove(history: readonly AliasMove[], move: AliasMove): readonly AliasMove[] {
  return [...history, move].slice(-KEPT_MOVES)
}

/**
 * What an alias named before what it names now: null for nothing, undefined when nothing is known of it. A move that
 * was taken back does not count, so that going back twice goes back by two. What was moved elsewhere, past this
 * history, counts where a later move or the current version shows it.
 */
export function formerTarget(
  history: readonly AliasMove[],
  alias: string,
  current: string | null,
): string | null | undefined {
  const before: (string | null)[] = []
  let named: string | null | undefined
  const arriveAt = (target: string | null): void => {
    if (named !== undefined && named !== target) before.push(named)
    named = target
  }
  for (const { from, to, undo } of history.filter(move => move.alias === alias)) {
    arriveAt(from)
    if (undo === undefined) arriveAt(to)
    else {
      before.pop()
      named = to
    }
  }
  arriveAt(current)
  return before.at(-1)
}
