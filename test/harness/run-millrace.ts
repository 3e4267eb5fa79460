import { execFile } from 'node:child_process'
import { resolve } from 'node:path'

const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts')

/** What a command printed, and its exit code. */
export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line as a process of its own. */
export function runMillrace(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  const options = { env: { ...process.env, ...env }, maxBuffer: 64_000_000 }
  const child = execFile(process.execPath, [MAIN, ...args], options, (_, stdout, stderr) =>
    resolve({ code: child.exitCode, stdout, stderr }),
  )
  return promise
}
