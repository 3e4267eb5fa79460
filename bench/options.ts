export interface BenchOptions {
  /** Fewer events: a look, no figure to publish. */
  readonly quick: boolean
  /** Where services write V8 CPU profiles when they stop, in a folder each. */
  readonly cpuProfiles: string | undefined
}
