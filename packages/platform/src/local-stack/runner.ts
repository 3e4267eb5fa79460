import type { ProcessIdentity } from './process-identity.ts'

/** How to find a started part again from another process. */
export type Handle =
  | { readonly kind: 'process'; readonly process: ProcessIdentity }
  | { readonly kind: 'container'; readonly container: string; readonly volume?: string }

/** One part that can be started, killed and started again in the same place, as a process or a container. */
export interface Runner {
  /** Starts it without waiting until it is ready; rejects when it could not even be started. */
  start(): Promise<void>
  /** Resolves when it has gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Stops it where it stands, its connections open and silent, until `resume`. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Copies its data into a folder; it may go on working meanwhile. */
  copyData(to: string): Promise<void>
  /** Puts a copy of a folder in the place of its data, or nothing; only while it does not run. */
  replaceData(from?: string): Promise<void>
  /** Ends it in order, by force where that takes too long. */
  stop(): Promise<void>
  isRunning(): Promise<boolean>
  /** The end of what it wrote. */
  log(): Promise<string>
  /** Undefined while it does not run. */
  handle(): Handle | undefined
}
