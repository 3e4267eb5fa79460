import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PartName, PartSource } from './part.ts'
import type { Handle } from './runner.ts'
import type { StackAddresses } from './stack.ts'

/** What a detached stack leaves behind for later commands. */
export interface StackState {
  readonly version: 1
  readonly addresses: StackAddresses
  readonly dataDir: string
  /** Whether the data folder goes with the stack. */
  readonly temporary: boolean
  readonly parts: readonly {
    readonly name: PartName
    readonly source: PartSource
    /** Absent for a given part. */
    readonly handle?: Handle
  }[]
}

/** Undefined when there is no such file; a file that cannot be read as a state is an error. */
export async function readState(file: string): Promise<StackState | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes in one step: a reader sees the old state or the new one. */
export async function writeState(file: string, state: StackState): Promise<void> {
  const draft = `${file}.${process.pid}`
  await mkdir(dirname(file), { recursive: true })
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`)
  await rename(draft, file)
}

export async function removeState(file: string): Promise<void> {
  await rm(file, { force: true })
}
