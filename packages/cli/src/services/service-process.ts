import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import type { Guard } from '@millrace/platform/local-stack'

export interface ServiceSpec {
  /** Unique among the processes of a run. */
  readonly name: string
  /** What it is a process of. */
  readonly service: string
  /** Path of the program. */
  readonly main: string
  readonly port: number
  readonly logFile: string
  readonly env: NodeJS.ProcessEnv
}

/** How a process ended: `exit code 1`, or the signal that killed it. */
export type ExitReason = string

/** One process of a service; it ends with this process, whatever happens. */
export class ServiceProcess {
  readonly exited: Promise<ExitReason>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, guard: Guard) {
    this.#child = child
    if (child.pid !== undefined) guard.watch(child.pid)
    this.exited = once(child, 'exit').then(([code, signal]) => {
      if (child.pid !== undefined) guard.unwatch(child.pid)
      return code === null ? String(signal) : `exit code ${code}`
    })
  }

  static async start({ main, logFile, env, port }: ServiceSpec, guard: Guard): Promise<ServiceProcess> {
    const log = await open(logFile, 'a')
    try {
      const flags = [...SERVICE_LAUNCH.flags, '--disable-warning=ExperimentalWarning']
      const child = spawn(process.execPath, [...flags, main], {
        // A group of its own: Ctrl-C is for this process, which ends the services in their order.
        detached: true,
        env: { ...SERVICE_LAUNCH.env, ...env, HTTP_PORT: String(port) },
        stdio: ['ignore', log.fd, log.fd],
      })
      return new ServiceProcess(child, guard)
    } finally {
      await log.close()
    }
  }

  /** Asks it to finish its work, and resolves when it has gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.exited.catch(() => {})
  }
}
