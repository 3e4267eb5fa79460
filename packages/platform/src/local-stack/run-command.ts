import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Environment } from './part.ts'

const execute = promisify(execFile)

export interface RunOptions {
  readonly env: Environment
  readonly cwd?: string
  /** Kills the command after that many milliseconds; absent = no limit. */
  readonly timeLimitMs?: number
}

/** Runs a command to its end and gives what it wrote on both outputs; rejects on any other exit code than 0. */
export async function runCommand(
  program: string,
  args: readonly string[],
  { env, cwd, timeLimitMs = 0 }: RunOptions,
): Promise<string> {
  const { stdout, stderr } = await execute(program, args, {
    env,
    cwd,
    timeout: timeLimitMs,
    killSignal: 'SIGKILL',
    maxBuffer: 16 * 1024 * 1024,
  })
  return `${stdout}${stderr}`
}

/** Like {@link runCommand}, but says only whether it worked. */
export async function commandWorks(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<boolean> {
  try {
    await runCommand(program, args, options)
    return true
  } catch {
    return false
  }
}

/** What a failed command wrote last: `limit` lines at most. */
export function lastLines(text: string, limit = 15): string {
  return text.trimEnd().split('\n').slice(-limit).join('\n')
}
