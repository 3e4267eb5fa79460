import type { Guard } from './guard.ts'
import type { ContainerSpec, Environment, InstallContext } from './part.ts'
import { commandWorks, lastLines, runCommand } from './run-command.ts'
import type { Runner } from './runner.ts'

const ENGINE_LIMIT_MS = 3_000
const PULL_LIMIT_MS = 300_000
const LABEL = 'org.millrace.local-stack'

/** Whether a container engine answers the `docker` command soon. */
export function engineAnswers(env: Environment): Promise<boolean> {
  return commandWorks('docker', ['info'], { env, timeLimitMs: ENGINE_LIMIT_MS })
}

/** Whether the engine has the image, or could get it now. */
export async function imageIsThere(image: string, { env, report }: InstallContext): Promise<boolean> {
  const inspect = ['image', 'inspect', image]
  if (await commandWorks('docker', inspect, { env, timeLimitMs: ENGINE_LIMIT_MS })) return true
  report('downloading', `image ${image}`)
  return commandWorks('docker', ['pull', '--quiet', image], { env, timeLimitMs: PULL_LIMIT_MS })
}

export async function containerIsRunning(name: string, env: Environment): Promise<boolean> {
  const inspect = ['inspect', '--format', '{{.State.Running}}', name]
  const state = await runCommand('docker', inspect, { env }).catch(() => '')
  return state.trim() === 'true'
}

/** Removes a container, running or not, and then its volume; what is not there is no error. */
export async function removeContainer(
  name: string,
  volume: string | undefined,
  env: Environment,
): Promise<void> {
  await commandWorks('docker', ['rm', '--force', name], { env })
  if (volume !== undefined) await commandWorks('docker', ['volume', 'rm', '--force', volume], { env })
}

export interface ContainerRunnerOptions {
  readonly spec: ContainerSpec
  /** Names the volume, and with a running number the containers. */
  readonly name: string
  readonly hostPort: number
  /** Whether the data goes with the stack. */
  readonly temporary: boolean
  readonly env: Environment
  readonly guard: Guard
}

/**
 * Runs a part as a container that is removed when it ends; its data is in a volume, so that it is there
 * at the next start. Each start has a name of its own: the engine may still be removing the last one.
 */
export function containerRunner(options: ContainerRunnerOptions): Runner {
  const { spec, name, temporary, env, guard } = options
  const ownedVolume = temporary && spec.dataPath !== undefined ? name : undefined
  let starts = 0
  const current = (): string => `${name}-${starts}`
  const docker = (...args: string[]): Promise<boolean> => commandWorks('docker', args, { env })
  return {
    start: async () => {
      if (starts === 0 && ownedVolume) guard.runAtEnd('docker', ['volume', 'rm', '--force', ownedVolume])
      starts++
      guard.runAtEnd('docker', ['rm', '--force', current()])
      await runCommand('docker', runArguments(options, current()), { env })
    },
    kill: async signal => {
      await docker('kill', '--signal', signal, current())
      await docker('wait', current())
    },
    stop: async () => {
      await docker('stop', current())
      await removeContainer(current(), ownedVolume, env)
    },
    isRunning: () => containerIsRunning(current(), env),
    log: async () => lastLines(await runCommand('docker', ['logs', current()], { env }).catch(() => '')),
    handle: () => ({
      kind: 'container',
      container: current(),
      ...(ownedVolume !== undefined && { volume: ownedVolume }),
    }),
  }
}

function runArguments({ spec, name, hostPort }: ContainerRunnerOptions, container: string): string[] {
  const variables = Object.entries(spec.envFor(hostPort)).map(([key, value]) => `--env=${key}=${value}`)
  const volume = spec.dataPath === undefined ? [] : ['--volume', `${name}:${spec.dataPath}`]
  const port = ['--publish', `127.0.0.1:${hostPort}:${spec.port}`]
  const identity = ['--name', container, '--label', `${LABEL}=${name}`]
  const options = ['--rm', '--detach', ...identity, ...port, ...volume, ...variables]
  return ['run', ...options, spec.image, ...spec.command]
}
