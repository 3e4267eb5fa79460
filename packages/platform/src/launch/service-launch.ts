import { join } from 'node:path'
import { defaultCacheDir } from '../local-stack/cache-dir.ts'

/** What a service's process is started with. */
export interface ServiceLaunch {
  /** For Node, before the program. */
  readonly flags: readonly string[]
  /** For the environment, where it does not say otherwise. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * How Node starts a service so that it takes little memory and CPU; docs/performance.md has the figures. Most of it cannot
 * be set from within, since the heap and the C library's allocator read it before the program runs.
 */
export const SERVICE_LAUNCH: ServiceLaunch = {
  flags: [
    // The young generation is two of them. V8 would let each grow to 64 MB, of which a batch at work needs a few.
    '--max-semi-space-size=12',
    // Between two collections the old generation may double. V8 would let it grow to hundreds of MB before the first.
    '--heap-growing-percent=100',
    // What a start's backlog lets live long would be made in the old generation ever after, though it dies young by then.
    '--no-allocation-site-pretenuring',
    // A service that runs some dozens of rounds a second calls its functions too rarely to have them compiled: by V8's own
    // counts (400, 500, and 3,000 calls) it would run in its first tiers for minutes.
    '--invocation-count-for-maglev=30',
    '--minimum-invocations-after-ic-update=30',
    '--invocation-count-for-turbofan=300',
  ],
  env: {
    // Threads that rarely allocate at the same time need no pool of free memory each.
    MALLOC_ARENA_MAX: '1',
    // With a cache, a start neither strips types nor compiles: 0.2 s of CPU, and 20 MB that would not be given back.
    NODE_COMPILE_CACHE: join(defaultCacheDir(process.env), 'compile'),
  },
}
