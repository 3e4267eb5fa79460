import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import type { ContainerEngine } from './engine.ts'
import { startFailed } from './errors.ts'
import type { Guard } from './guard.ts'
import type { Command, InstallContext, PartDefinition, PartName, PartSource, Place } from './part.ts'
import { processRunner } from './process-runner.ts'
import type { Resolution } from './resolve.ts'
import type { Handle, Runner } from './runner.ts'

/** One part of a running stack. */
export interface StackPart {
  readonly name: PartName
  readonly source: PartSource
  readonly address: string
  /** Process id of a part that runs as a process; another one after a restart. */
  readonly pid: number | undefined
  /** Ends the part as a crash would (SIGKILL unless told otherwise); resolves when it has gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Stops it where it stands, its connections open and silent, until `resume`. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Copies its data into a folder; it may go on working meanwhile. */
  copyData(to: string): Promise<void>
  /** Puts a copy of a folder in the place of its data, or nothing; only between `kill` and `restart`. */
  replaceData(from?: string): Promise<void>
  /** Starts it again on the same port with the same data, and waits until it is ready. */
  restart(): Promise<void>
  /** Ends the part in order; without effect on a given one. */
  stop(): Promise<void>
  /** How another process can find it; undefined for a given part, or while it does not run. */
  handle(): Handle | undefined
}

export interface StartContext extends InstallContext {
  readonly guard: Guard
  readonly engine: ContainerEngine
  /** Folder of the whole stack. */
  readonly dataDir: string
  /** Names the containers of the stack. */
  readonly stackName: string
  readonly temporary: boolean
  /** Free ports, as many as the part needs. */
  readonly ports: readonly number[]
  readonly readyWithinMs: number
}

const POLL_MS = 100

/** Starts one part from where it was resolved, and waits until it answers. */
export async function startPart(
  definition: PartDefinition,
  resolution: Resolution,
  context: StartContext,
): Promise<StackPart> {
  if (resolution.source === 'given') return givenPart(definition, resolution.address, context)
  const place = await preparePlace(definition, context)
  const address = definition.addressOf(place.ports[0])
  context.report('starting', resolution.source === 'container' ? definition.container.image : 'as a process')
  const runner = makeRunner(definition, resolution, place, context)
  const run = () => startAndWait(definition, runner, address, context)
  await run()
  return {
    name: definition.name,
    source: resolution.source,
    address,
    get pid() {
      const handle = runner.handle()
      return handle?.kind === 'process' ? handle.process.pid : undefined
    },
    kill: (signal = 'SIGKILL') => runner.kill(signal),
    pause: () => runner.pause(),
    resume: () => runner.resume(),
    copyData: to => runner.copyData(to),
    replaceData: from => runner.replaceData(from),
    restart: async () => {
      if (await runner.isRunning()) await runner.kill('SIGTERM')
      await run()
    },
    stop: () => runner.stop(),
    handle: () => runner.handle(),
  }
}

function givenPart(definition: PartDefinition, address: string, { report }: StartContext): StackPart {
  const { name, givenBy } = definition
  report('ready', `${address}, given by ${givenBy}`)
  const refuse = async (): Promise<never> => {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${name} is given by ${givenBy}, so it is not the stack's to end or restart.`,
    )
  }
  return {
    name,
    source: 'given',
    address,
    pid: undefined,
    kill: refuse,
    pause: refuse,
    copyData: refuse,
    replaceData: refuse,
    resume: refuse,
    restart: refuse,
    stop: async () => {},
    handle: () => undefined,
  }
}

async function preparePlace(definition: PartDefinition, { dataDir, ports }: StartContext): Promise<Place> {
  const [port, ...others] = ports
  const dir = join(dataDir, definition.name)
  await mkdir(dir, { recursive: true })
  return { ports: [port!, ...others], dir }
}

function makeRunner(
  definition: PartDefinition,
  resolution: Exclude<Resolution, { source: 'given' }>,
  place: Place,
  context: StartContext,
): Runner {
  const { env, guard, engine, dataDir, stackName, temporary } = context
  if (resolution.source === 'container') {
    const name = `${stackName}-${definition.name}`
    const spec = definition.container
    return engine.runner({ spec, name, hostPort: place.ports[0], temporary, env, guard })
  }
  const launch = (): Promise<Command> => resolution.launch(place)
  const logFile = join(dataDir, `${definition.name}.log`)
  return processRunner({ launch, dir: place.dir, env, guard, logFile })
}

async function startAndWait(
  definition: PartDefinition,
  runner: Runner,
  address: string,
  { readyWithinMs, report }: StartContext,
): Promise<void> {
  const { name } = definition
  const deadline = performance.now() + readyWithinMs
  await runner.start()
  for (;;) {
    const fault = await askWhetherReady(definition, address)
    if (fault === undefined) return report('ready', address)
    if (!(await runner.isRunning())) throw startFailed(name, 'ended while it started', await runner.log())
    if (performance.now() > deadline) {
      throw startFailed(name, `did not answer within ${readyWithinMs} ms: ${fault}`, await runner.log())
    }
    await delay(POLL_MS)
  }
}

/** Undefined when it is ready, else what its address says; a failed fetch tells its reason only as its cause. */
async function askWhetherReady({ answers }: PartDefinition, address: string): Promise<string | undefined> {
  try {
    return (await answers(address)) ? undefined : `${address} says that it is not ready`
  } catch (error) {
    const { cause } = error as Error
    return cause instanceof Error ? cause.message : (error as Error).message
  }
}
