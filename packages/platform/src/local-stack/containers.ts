import { setTimeout as delay } from 'node:timers/promises'
import { CONTAINER_LABEL, type ContainerEngine, type ContainerRunnerOptions } from './engine.ts'
import type { ContainerSpec, Environment, InstallContext } from './part.ts'
import { commandWorks, lastLines, runCommand } from './run-command.ts'
import type { Runner } from './runner.ts'

const ENGINE_LIMIT_MS = 3_000
const PULL_LIMIT_MS = 300_000

/** The engine behind the `docker` command. It is asked once whether it answers. */
export function dockerCommand(env: Environment): ContainerEngine {
  let answers: Promise<boolean> | undefined
  return {
    fault: async () => {
      answers ??= engineAnswers(env)
      return (await answers) ? undefined : 'no container engine answers'
    },
    hasImage: imageIsThere,
    runner: containerRunner,
  }
}

/** Whether a container engine answers the `docker` command soon. */
export function engineAnswers(env: Environment): Promise<boolean> {
  return commandWorks('docker', ['info'], { env, timeLimitMs: ENGINE_LIMIT_MS })
}

async function imageIsThere(image: string, { env, report }: InstallContext): Promise<boolean> {
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

/**
 * Runs a part as a container that is removed when it ends; its data is in a volume, so that it is there
 * at the next start. Each start has a name of its own: the engine may still be removing the last one.
 */
export function containerRunner(options: ContainerRunnerOptions): Runner {
  const { spec, name, temporary, env, guard } = options
  const volume = spec.dataPath === undefined ? undefined : name
  const ownedVolume = temporary ? volume : undefined
  let starts = 0
  let content: string | undefined
  const current = (): string => `${name}-${starts}`
  const docker = (...args: string[]): Promise<boolean> => commandWorks('docker', args, { env })
  return {
    start: async () => {
      if (starts === 0 && ownedVolume) guard.runAtEnd('docker', ['volume', 'rm', '--force', ownedVolume])
      starts++
      guard.runAtEnd('docker', ['rm', '--force', '--volumes', current()])
      const commands = startCommands(options, current(), content)
      content = undefined
      for (const args of commands) await runCommand('docker', args, { env })
    },
    kill: async signal => {
      await docker('kill', '--signal', signal, current())
      await docker('wait', current())
    },
    pause: async () => void (await runCommand('docker', ['pause', current()], { env })),
    resume: async () => void (await runCommand('docker', ['unpause', current()], { env })),
    copyData: to => copyContainerData(current(), spec, { to, env }),
    replaceData: async from => {
      await removeContainer(current(), volume, env)
      content = from
    },
    stop: async () => {
      await docker('stop', current())
      await removeContainer(current(), ownedVolume, env)
    },
    isRunning: () => containerIsRunning(current(), env),
    log: () => containerLog(current(), env),
    handle: () => ({
      kind: 'container',
      container: current(),
      ...(ownedVolume !== undefined && { volume: ownedVolume }),
    }),
  }
}

/** What starts a container, which finds in its data folder a copy of `content`. */
function startCommands(
  { spec, name, hostPort }: ContainerRunnerOptions,
  container: string,
  content: string | undefined,
): string[][] {
  const variables = Object.entries(spec.envFor(hostPort)).map(([key, value]) => `--env=${key}=${value}`)
  const volume = spec.dataPath === undefined ? [] : ['--volume', `${name}:${spec.dataPath}`]
  const port = ['--publish', `127.0.0.1:${hostPort}:${spec.port}`]
  const identity = ['--name', container, '--label', `${CONTAINER_LABEL}=${name}`]
  const what = [...identity, ...port, ...volume, ...variables, spec.image, ...spec.command]
  if (content === undefined) return [['run', '--rm', '--detach', ...what]]
  return [
    ['create', '--rm', ...what],
    ['cp', `${content}/.`, `${container}:${spec.dataPath}`],
    ['start', container],
  ]
}
