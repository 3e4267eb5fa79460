import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** A process by its id and start time: an id alone may meanwhile belong to another process. */
export interface ProcessIdentity {
  readonly pid: number
  /** Opaque: clock ticks since boot on Linux, a date elsewhere. */
  readonly startTime: string
}

const POLL_MS = 50

/** Who runs as `pid` now; undefined when nobody does (a zombie counts as nobody). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)
  return startTime === undefined ? undefined : { pid, startTime }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime
}

/**
 * Ends processes together with their process groups: SIGTERM to all, and SIGKILL for what is left
 * after `graceMs`. A process that is no longer the identified one is left alone.
 */
export async function endProcesses(identities: readonly ProcessIdentity[], graceMs = 10_000): Promise<void> {
  for (const identity of identities) signalProcess(identity, 'SIGTERM')
  const deadline = performance.now() + graceMs
  while (performance.now() < deadline && identities.some(isAlive)) await delay(POLL_MS)
  for (const identity of identities) signalProcess(identity, 'SIGKILL')
  while (identities.some(isAlive)) await delay(POLL_MS)
}

/** Signals the process group that `identity` leads, or the process alone when it leads none. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  if (!trySignal(-identity.pid, signal)) trySignal(identity.pid, signal)
}

function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

function startTimeFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The program's name, in parentheses, may hold spaces: the fields that count start after it.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : fields[18]
  } catch {
    return undefined
  }
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [, state, startTime] = /^\s*(\S+)\s+(.+?)\s*$/.exec(line) ?? []
    return state?.startsWith('Z') ? undefined : startTime
  } catch {
    return undefined
  }
}
