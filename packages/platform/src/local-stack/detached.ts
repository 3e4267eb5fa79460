import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { containerIsRunning, removeContainer } from './containers.ts'
import { withFileLock } from './file-lock.ts'
import { startGuard } from './guard.ts'
import type { Environment, PartName, PartSource } from './part.ts'
import { endProcesses, isAlive } from './process-identity.ts'
import type { Handle } from './runner.ts'
import { type GuardedStack, type LocalStackOptions, type StackAddresses, startGuarded } from './stack.ts'
import { readState, removeState, type StackState, writeState } from './state-file.ts'

export interface DetachedStackOptions extends LocalStackOptions {
  /** Where the running stack is noted for later commands. */
  readonly stateFile: string
}

export interface DetachedStack {
  readonly addresses: StackAddresses
  readonly sources: Readonly<Record<PartName, PartSource>>
  readonly dataDir: string
}

/**
 * Starts a stack that outlives this process, unless the one of the state file still runs.
 * What is left of one that runs only in part is ended first.
 */
export async function upLocalStack(
  options: DetachedStackOptions,
): Promise<DetachedStack & { readonly alreadyRunning: boolean }> {
  const { stateFile, env = process.env } = options
  return locked(stateFile, async () => {
    const found = await findLocalStack({ stateFile, env })
    if (found !== undefined) return { ...found, alreadyRunning: true }
    await endStack(stateFile, env)
    return { ...(await startDetached(options)), alreadyRunning: false }
  })
}

/** Ends the stack of the state file; false when there is none. Only processes that are still its own are ended. */
export function downLocalStack({ stateFile, env = process.env }: FindOptions): Promise<boolean> {
  return locked(stateFile, () => endStack(stateFile, env))
}

export interface FindOptions {
  readonly stateFile: string
  /** Default: `process.env`. */
  readonly env?: Environment
}

/** The stack of the state file, if every part of it still runs. */
export async function findLocalStack({
  stateFile,
  env = process.env,
}: FindOptions): Promise<DetachedStack | undefined> {
  const state = await readState(stateFile)
  if (state === undefined) return undefined
  const running = await Promise.all(handlesOf(state).map(handle => isRunning(handle, env)))
  return running.every(Boolean) ? describe(state) : undefined
}

async function startDetached(options: DetachedStackOptions): Promise<DetachedStack> {
  // Until the state file is written nothing else knows of the parts: a guard ends them if this fails.
  const guard = startGuard(options.env)
  const state = stateOf(await startGuarded(options, guard))
  try {
    await writeState(options.stateFile, state)
  } catch (error) {
    await guard.close()
    throw error
  }
  await guard.release()
  return describe(state)
}

async function endStack(stateFile: string, env: Environment): Promise<boolean> {
  const state = await readState(stateFile)
  if (state === undefined) return false
  const handles = handlesOf(state)
  await endProcesses(handles.flatMap(handle => (handle.kind === 'process' ? [handle.process] : [])))
  await Promise.all(
    handles.map(handle =>
      handle.kind === 'container' ? removeContainer(handle.container, handle.volume, env) : undefined,
    ),
  )
  if (state.temporary) await rm(state.dataDir, { recursive: true, force: true, maxRetries: 5 })
  await removeState(stateFile)
  return true
}

async function locked<T>(stateFile: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(stateFile), { recursive: true })
  return withFileLock(`${stateFile}.lock`, work)
}

async function isRunning(handle: Handle, env: Environment): Promise<boolean> {
  return handle.kind === 'process' ? isAlive(handle.process) : containerIsRunning(handle.container, env)
}

function handlesOf(state: StackState): Handle[] {
  return state.parts.flatMap(({ handle }) => (handle === undefined ? [] : [handle]))
}

function stateOf({ addresses, parts, dataDir, temporary }: GuardedStack): StackState {
  const noted = Object.values(parts).map(({ name, source, handle }) => {
    const found = handle()
    return { name, source, ...(found !== undefined && { handle: found }) }
  })
  return { version: 1, addresses, dataDir, temporary, parts: noted }
}

function describe({ addresses, parts, dataDir }: StackState): DetachedStack {
  const sources = Object.fromEntries(parts.map(({ name, source }) => [name, source]))
  return { addresses, dataDir, sources: sources as Record<PartName, PartSource> }
}
