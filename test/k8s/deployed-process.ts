import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { freePorts } from '@millrace/platform/local-stack'
import type { Container } from './manifests.ts'

const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts')
const LISTENS_WITHIN_MS = 60_000

/** A container as a process of this machine: its arguments and its variables, and nothing of this environment. */
export class DeployedProcess {
  readonly #child: ChildProcess
  readonly #port: number

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#port = port
  }

  /** Starts it at a free port of this machine. */
  static async start({ args = [] }: Container, env: NodeJS.ProcessEnv): Promise<DeployedProcess> {
    const [port] = await freePorts(1)
    const child = spawn(process.execPath, [MAIN, 'serve', ...args], {
      env: { ...SERVICE_LAUNCH.env, ...env, HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port), GRPC_PORT: '0' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return new DeployedProcess(child, port!)
  }

  /** The status of a path, without a key; waits until somebody listens. The certificate may be anybody's. */
  async status(path: string, scheme = 'HTTP'): Promise<number> {
    const deadline = Date.now() + LISTENS_WITHIN_MS
    while (this.#child.exitCode === null && Date.now() < deadline) {
      const status = await this.#ask(path, scheme).catch(() => undefined)
      if (status !== undefined) return status
      await delay(100)
    }
    throw new Error(`Nobody answers ${path}.`)
  }

  /** Asks it to stop; answers its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await exited
    }
    return this.#child.exitCode
  }

  async #ask(path: string, scheme: string): Promise<number> {
    const address = { host: '127.0.0.1', port: this.#port, path }
    const request =
      scheme === 'HTTPS' ? getSecure({ ...address, rejectUnauthorized: false }) : getPlain(address)
    const [response] = await once(request, 'response')
    response.resume()
    return response.statusCode
  }
}
