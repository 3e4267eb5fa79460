import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from './part.ts'

/**
 * A small process of its own that cleans up after this one, however this one ends: crash and
 * SIGKILL included. It learns of the end by the end of a pipe.
 */
export interface Guard {
  /** At the end: SIGTERM to the process and its group, SIGKILL after 10 s. */
  watch(pid: number): void
  /** The process has ended, or somebody else looks after it. */
  unwatch(pid: number): void
  /** At the end, after the processes: runs a command, the last given first; a failure is ignored. */
  runAtEnd(program: string, args: readonly string[]): void
  /** At the end, after the commands: removes a folder with all it holds. */
  removeAtEnd(dir: string): void
  /** Cleans up now; resolves when it is done and the guard has gone. */
  close(): Promise<void>
  /** Leaves everything as it is and ends the guard. */
  release(): Promise<void>
}

/** What goes through the pipe, one JSON text a line. */
export type GuardMessage =
  | { readonly kind: 'watch' | 'unwatch'; readonly pid: number }
  | { readonly kind: 'run'; readonly program: string; readonly args: readonly string[] }
  | { readonly kind: 'remove'; readonly dir: string }
  | { readonly kind: 'release' }

/** Starts a guard; it does not keep this process alive. */
export function startGuard(env: Environment = process.env): Guard {
  const program = fileURLToPath(new URL(`./guard-process${extname(import.meta.filename)}`, import.meta.url))
  // A session of its own keeps a terminal's Ctrl-C away from it.
  const child = spawn(process.execPath, [program], {
    detached: true,
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const pipe = child.stdin as Socket
  const gone = once(child, 'exit')
  // A guard that was killed must not take this process with it.
  pipe.on('error', () => {})
  gone.catch(() => {})
  child.unref()
  pipe.unref()

  const send = (message: GuardMessage): void => void pipe.write(`${JSON.stringify(message)}\n`)
  const close = async (): Promise<void> => {
    child.ref()
    pipe.end()
    await gone
  }
  return {
    watch: pid => send({ kind: 'watch', pid }),
    unwatch: pid => send({ kind: 'unwatch', pid }),
    runAtEnd: (command, args) => send({ kind: 'run', program: command, args }),
    removeAtEnd: dir => send({ kind: 'remove', dir }),
    close,
    release: () => {
      send({ kind: 'release' })
      return close()
    },
  }
}
