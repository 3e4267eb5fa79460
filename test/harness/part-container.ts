import { CONTAINER_LABEL, type ContainerRunnerOptions } from '@millrace/platform/local-stack'
import { GenericContainer, StartupCheckStrategy } from 'testcontainers'

/** A container, not started, that finds in its data folder a copy of `content`. */
export function containerOf(
  { spec, name, hostPort }: ContainerRunnerOptions,
  content: string | undefined,
): GenericContainer {
  const container = new LoopbackContainer(spec.image)
    .withName(name)
    .withLabels({ [CONTAINER_LABEL]: name })
    .withEnvironment(spec.envFor(hostPort))
    .withLoopbackPort(spec.port, hostPort)
    .withWaitStrategy(new NoWait())
    // The stack's guard ends containers as it ends processes, so there is no need of Ryuk and its image.
    .withAutoCleanup(false)
  if (spec.command.length > 0) container.withCommand([...spec.command])
  if (content !== undefined && spec.dataPath !== undefined)
    container.withCopyDirectoriesToContainer([{ source: content, target: spec.dataPath }])
  return container
}

/** Testcontainers publishes ports on every address of the machine; Kafka and Redis here ask for no password. */
class LoopbackContainer extends GenericContainer {
  withLoopbackPort(port: number, hostPort: number): this {
    this.withExposedPorts({ container: port, host: hostPort })
    this.hostConfig.PortBindings = { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] }
    return this
  }
}

/** The stack itself waits, by the same probe for containers and processes. */
class NoWait extends StartupCheckStrategy {
  override async checkStartupState(): Promise<'SUCCESS'> {
    return 'SUCCESS'
  }
}
