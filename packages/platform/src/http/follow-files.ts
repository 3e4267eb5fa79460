import { readFile } from 'node:fs/promises'

export interface FollowOptions {
  /** How long between two looks (ms). Default 2,000. */
  readonly everyMs?: number
  /** Told of contents that cannot be used and of files that cannot be read: the former contents stay in use. */
  readonly onTrouble: (error: unknown) => void
}

export interface FollowedFiles {
  /** Looks at once. */
  look(): Promise<void>
  stop(): void
}

/**
 * Hands the contents of files to `take`, now and whenever any of them has changed. Contents are compared, not times:
 * links that are moved, as Kubernetes renews a secret, are noticed as well. Throws what reading or `take` throws now.
 */
export async function followFiles(
  paths: readonly string[],
  take: (contents: readonly Buffer[]) => void,
  { everyMs = 2_000, onTrouble }: FollowOptions,
): Promise<FollowedFiles> {
  const read = (): Promise<Buffer[]> => Promise.all(paths.map(path => readFile(path)))
  let seen = await read()
  take(seen)

  async function look(): Promise<void> {
    try {
      const contents = await read()
      if (contents.every((content, i) => content.equals(seen[i]!))) return
      seen = contents
      take(contents)
    } catch (error) {
      onTrouble(error)
    }
  }

  const looks = setInterval(() => void look(), everyMs)
  looks.unref()
  return { look, stop: () => clearInterval(looks) }
}
