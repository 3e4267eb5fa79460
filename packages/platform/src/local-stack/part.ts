export const PART_NAMES = ['kafka', 'redis', 'registry'] as const
export type PartName = (typeof PART_NAMES)[number]

/** Where a part comes from: an address that the environment gives, a container, or a process of ours. */
export type PartSource = 'given' | 'container' | 'process'

export type PartState = 'downloading' | 'starting' | 'ready'

export interface Progress {
  readonly part: PartName
  readonly state: PartState
  /** For people: what is downloaded, which program starts, where the part answers. */
  readonly detail: string
}

export type OnProgress = (progress: Progress) => void

export type Environment = Readonly<Record<string, string | undefined>>

/** A program and its arguments. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
}

/** Where a part runs. */
export interface Place {
  /** Free ports of 127.0.0.1, as many as the definition's `portCount`; clients use the first. */
  readonly ports: readonly [number, ...number[]]
  /** Existing folder for the part's data. */
  readonly dir: string
}

/** Prepares the data folder and says what to run there. */
export type Launch = (place: Place) => Promise<Command>

export interface InstallContext {
  readonly cacheDir: string
  readonly env: Environment
  readonly report: (state: PartState, detail: string) => void
}

export interface ContainerSpec {
  readonly image: string
  /** Port inside the container. */
  readonly port: number
  /** Path inside the container that holds the data; absent where the part keeps none. */
  readonly dataPath?: string
  /** Environment of a container that clients reach at `hostPort` of 127.0.0.1. */
  envFor(hostPort: number): Readonly<Record<string, string>>
  /** What to run instead of the image's own command; empty for that one. */
  readonly command: readonly string[]
}

/** All that the stack has to know about one part. */
export interface PartDefinition {
  readonly name: PartName
  /** Environment variable with the address of a part that runs already. */
  readonly givenBy: string
  readonly portCount: number
  readonly container: ContainerSpec
  /** Brings the part's programs to this machine without containers. Fails with STACK_PART_MISSING. */
  install(context: InstallContext): Promise<Launch>
  addressOf(port: number): string
  /** Whether the part does its work at `address`; rejects or resolves to false while it does not. */
  answers(address: string): Promise<boolean>
}
