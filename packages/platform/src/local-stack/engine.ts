import type { Guard } from './guard.ts'
import type { ContainerSpec, Environment, InstallContext } from './part.ts'
import type { Runner } from './runner.ts'

/** What runs parts as containers: the `docker` command, or what the caller of `startLocalStack` brings. */
export interface ContainerEngine {
  /** Why no container can run here; undefined when it can. */
  fault(): Promise<string | undefined>
  /** Whether the image is there, or could be got now. */
  hasImage(image: string, context: InstallContext): Promise<boolean>
  runner(options: ContainerRunnerOptions): Runner
}

export interface ContainerRunnerOptions {
  readonly spec: ContainerSpec
  /** No other stack on this machine has the same. */
  readonly name: string
  /** Port of 127.0.0.1 under which clients reach the part. */
  readonly hostPort: number
  /** Whether the data goes with the stack. */
  readonly temporary: boolean
  readonly env: Environment
  readonly guard: Guard
}

/** Every container of a stack has this label; its value is the `name` of the options. */
export const CONTAINER_LABEL = 'org.millrace.local-stack'
