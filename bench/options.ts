export interface BenchOptions {
  /** Fewer events: a look, no figure to publish. */
  readonly quick: boolean
  /** Where services write V8 CPU profiles when they stop, in a folder each. */
  readonly cpuProfiles: string | undefined
  /** Whether others' servers are measured too, where a bench has some; they need Python. */
  readonly rival: boolean
}
