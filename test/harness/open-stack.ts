import {
  type ContainerEngine,
  type Environment,
  type LocalStack,
  PART_NAMES,
  stackChoice,
  startLocalStack,
} from '@millrace/platform/local-stack'

/** No address of the environment is taken: a test has a stack of its own. */
const OWN = { KAFKA_BROKERS: '', REDIS_URL: '', SCHEMA_REGISTRY_URL: '' }

/**
 * Starts a local stack for a test: containers by Testcontainers where an engine answers and has or gets the
 * images, processes otherwise. MILLRACE_STACK chooses by hand. The log says once for each file which it is, and why.
 */
export async function openStack(): Promise<LocalStack> {
  const env = { ...process.env, ...OWN }
  const engine = await engineFor(env)
  const start = () => startLocalStack({ env, ...(engine !== undefined && { engine }) })
  const stack = await start().catch(error => (lostPort(error) ? start() : Promise.reject(error)))
  say(await describe(stack, engine))
  return stack
}

/** Whether the parts of a stack of the tests are containers, as far as an engine can tell without its images. */
export async function containersAreThere(): Promise<boolean> {
  const engine = await engineFor(process.env)
  return engine !== undefined && (await engine.fault()) === undefined
}

/** A port that was free a moment ago may be the other end of somebody's connection now. */
function lostPort(error: Error): boolean {
  return /address already in use/i.test(error.message)
}

/** Testcontainers is loaded only where it may be used. */
async function engineFor(env: Environment): Promise<ContainerEngine | undefined> {
  if (stackChoice(env) === 'processes') return undefined
  const { testcontainers } = await import('./testcontainers.ts')
  return testcontainers(env)
}

async function describe({ parts }: LocalStack, engine: ContainerEngine | undefined): Promise<string> {
  const processes = PART_NAMES.filter(name => parts[name].source === 'process')
  if (processes.length === 0) return 'containers, by Testcontainers'
  if (engine === undefined) return 'processes (MILLRACE_STACK)'
  const fault = await engine.fault()
  if (fault !== undefined) return `processes (${fault})`
  const others = processes.length === PART_NAMES.length ? '' : 'containers, but '
  return `${others}processes for ${processes.join(', ')} (the engine neither has nor gets the image)`
}

let said = ''

function say(what: string): void {
  if (what === said) return
  said = what
  process.stdout.write(`Local stack: ${what}\n`)
}
