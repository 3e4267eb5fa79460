import { setTimeout as delay } from 'node:timers/promises'
import type { ContainerSpec, Environment } from './part.ts'
import { commandWorks, lastLines, runCommand } from './run-command.ts'

export async function containerIsRunning(name: string, env: Environment): Promise<boolean> {
  const inspect = ['inspect', '--format', '{{.State.Running}}', name]
  const state = await runCommand('docker', inspect, { env }).catch(() => '')
  return state.trim() === 'true'
}

/** The end of what a container wrote. */
export async function containerLog(name: string, env: Environment): Promise<string> {
  return lastLines(await runCommand('docker', ['logs', name], { env }).catch(() => ''))
}

/** Copies the data of a container, running or not, into a folder. */
export async function copyContainerData(
  name: string,
  { dataPath }: ContainerSpec,
  { to, env }: { readonly to: string; readonly env: Environment },
): Promise<void> {
  if (dataPath !== undefined) await runCommand('docker', ['cp', `${name}:${dataPath}/.`, to], { env })
}

/** Removes a container, running or not, and then its volume; what is not there is no error. */
export async function removeContainer(
  name: string,
  volume: string | undefined,
  env: Environment,
): Promise<void> {
  await commandWorks('docker', ['rm', '--force', '--volumes', name], { env })
  if (volume === undefined) return
  // The engine may still be removing the container, and refuses as long as that takes.
  for (let left = 100; left > 0; left--) {
    if (await commandWorks('docker', ['volume', 'rm', '--force', volume], { env })) return
    await delay(100)
  }
}
