import {
  type Progress,
  type StackAddresses,
  startLocalStack,
  upLocalStack,
} from '@millrace/platform/local-stack'
import { stackStateFile } from '../paths.ts'
import type { Cleanup } from './cleanup.ts'

/** Starts the local stack, which ends with the run unless it is to be kept. */
export async function openStack(
  cleanup: Cleanup,
  { keep, print }: { readonly keep: boolean; readonly print: (text: string) => void },
): Promise<StackAddresses> {
  const onProgress = (progress: Progress): void => print(describeProgress(progress))
  if (keep) {
    const { addresses } = await upLocalStack({ stateFile: stackStateFile(), onProgress })
    cleanup.defer(() => print('The local stack is left running: "millrace down" stops it.'))
    return addresses
  }
  const stack = await startLocalStack({ onProgress })
  cleanup.defer(() => stack.stop())
  return stack.addresses
}

/** `kafka            starting as a process` */
export function describeProgress({ part, state, detail }: Progress): string {
  return `${part.padEnd(19)}${state} ${detail}`
}
