import { containerRunner } from './container-runner.ts'
import type { ContainerEngine } from './engine.ts'
import type { Environment, InstallContext } from './part.ts'
import { commandWorks } from './run-command.ts'

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
