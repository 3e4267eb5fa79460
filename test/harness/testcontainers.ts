import { hostname } from 'node:os'
import {
  type ContainerEngine,
  type ContainerRunnerOptions,
  containerIsRunning,
  containerLog,
  copyContainerData,
  dockerCommand,
  type Environment,
  type Runner,
} from '@millrace/platform/local-stack'
import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'
import { dockerHost } from './docker.ts'
import { containerOf } from './part-container.ts'

type Client = Awaited<ReturnType<typeof getContainerRuntimeClient>>
type Container = ReturnType<Client['container']['getById']>

/**
 * Testcontainers as the engine of a local stack: the parts, their images, settings, ports and probes are the
 * stack's. Whether an engine answers and has an image, the `docker` command says, as for every stack.
 */
export function testcontainers(env: Environment): ContainerEngine {
  const command = dockerCommand(env)
  return {
    ...command,
    fault: async () => (await command.fault()) ?? (await faultOfClient(env)),
    runner: testcontainersRunner,
  }
}

/** Testcontainers would look for an engine in other places than the command; both are to have the same. */
async function faultOfClient(env: Environment): Promise<string | undefined> {
  const host = await dockerHost(env)
  if (host !== undefined) Object.assign(process.env, { DOCKER_HOST: host })
  try {
    const client = await getContainerRuntimeClient()
    return (await isHere(client)) ? undefined : 'the container engine is on another machine'
  } catch (error) {
    return `Testcontainers does not start: ${(error as Error).message}`
  }
}

/** Whether the engine publishes ports on the loopback of this process: not where it runs beside its container. */
async function isHere({ info, container }: Client): Promise<boolean> {
  const { host } = info.containerRuntime
  if (host === 'localhost' || host === '127.0.0.1') return true
  return (await container.dockerode.info()).Name === hostname()
}

/** Runs a part as one container, which stays between a kill and the next start; its data is in a volume of its own. */
function testcontainersRunner(options: ContainerRunnerOptions): Runner {
  const { name, spec, env, guard } = options
  let started: StartedTestContainer | undefined
  let content: string | undefined
  const withContainer = async (work: (container: Container) => Promise<unknown>): Promise<void> => {
    const client = await getContainerRuntimeClient()
    await work(client.container.getById(name))
  }
  const remove = async (): Promise<void> => {
    started = undefined
    await withContainer(container => container.remove({ force: true, v: true }))
  }
  return {
    start: async () => {
      if (started !== undefined) return started.restart()
      guard.runAtEnd('docker', ['rm', '--force', '--volumes', name])
      started = await containerOf(options, content).start()
      content = undefined
    },
    kill: signal =>
      withContainer(async container => {
        await container.kill({ signal })
        await container.wait()
      }),
    pause: () => withContainer(container => container.pause()),
    resume: () => withContainer(container => container.unpause()),
    copyData: to => copyContainerData(name, spec, { to, env }),
    replaceData: async from => {
      await remove()
      content = from
    },
    stop: remove,
    isRunning: () => containerIsRunning(name, env),
    log: () => containerLog(name, env),
    handle: () => ({ kind: 'container', container: name }),
  }
}
