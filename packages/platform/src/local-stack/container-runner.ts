import { containerIsRunning, containerLog, copyContainerData, removeContainer } from './containers.ts'
import { CONTAINER_LABEL, type ContainerRunnerOptions } from './engine.ts'
import { commandWorks, runCommand } from './run-command.ts'
import type { Runner } from './runner.ts'

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
