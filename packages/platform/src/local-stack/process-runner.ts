import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, open, readFile, rm } from 'node:fs/promises'
import type { Guard } from './guard.ts'
import type { Command, Environment } from './part.ts'
import { endProcesses, identify, isAlive, type ProcessIdentity, signalProcess } from './process-identity.ts'
import { lastLines } from './run-command.ts'
import type { Runner } from './runner.ts'

export interface ProcessRunnerOptions {
  /** Prepares the data folder and says what to run. */
  readonly launch: () => Promise<Command>
  /** The data folder. */
  readonly dir: string
  readonly env: Environment
  /** Gets both outputs, appended. */
  readonly logFile: string
  readonly guard: Guard
}

/** Runs a part as a process that leads its own group and does not keep this process alive. */
export function processRunner({ launch, dir, env, logFile, guard }: ProcessRunnerOptions): Runner {
  let running: Running | undefined
  let command: Command | undefined

  const whenEnded = async (end: (target: Running) => void | Promise<void>): Promise<void> => {
    const target = running
    if (target === undefined) return
    target.child.ref()
    await end(target)
    await target.exited
  }
  return {
    start: async () => {
      command ??= await launch()
      const target = await spawnGuarded(command, env, logFile, guard)
      running = target
      void target.exited.then(() => {
        if (running === target) running = undefined
      })
    },
    kill: signal => whenEnded(target => signalProcess(target.identity, signal)),
    pause: async () => running && signalProcess(running.identity, 'SIGSTOP'),
    resume: async () => running && signalProcess(running.identity, 'SIGCONT'),
    copyData: to => cp(dir, to, { recursive: true }),
    replaceData: async from => {
      await rm(dir, { recursive: true, force: true })
      if (from === undefined) await mkdir(dir)
      else await cp(from, dir, { recursive: true })
      command = undefined
    },
    stop: () => whenEnded(target => endProcesses([target.identity])),
    isRunning: async () => running !== undefined && isAlive(running.identity),
    log: async () => lastLines(await readFile(logFile, 'utf8').catch(() => '')),
    handle: () => running && { kind: 'process', process: running.identity },
  }
}

interface Running {
  readonly child: ChildProcess
  readonly identity: ProcessIdentity
  readonly exited: Promise<void>
}

async function spawnGuarded(
  command: Command,
  env: Environment,
  logFile: string,
  guard: Guard,
): Promise<Running> {
  const log = await open(logFile, 'a')
  try {
    const child = spawn(command.program, command.args, {
      detached: true,
      env,
      stdio: ['ignore', log.fd, log.fd],
    })
    const { pid } = child
    if (pid === undefined) {
      const [error] = await once(child, 'error')
      throw error
    }
    guard.watch(pid)
    const exited = once(child, 'exit').then(() => guard.unwatch(pid))
    child.unref()
    // A child that has ended stays a zombie, and has no identity, until its exit event.
    return { child, exited, identity: identify(pid) ?? { pid, startTime: '' } }
  } finally {
    await log.close()
  }
}
