import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** `millrace serve` as a process of its own, on a free port; ended with the test. */
export class ModelServer {
  readonly #child: ChildProcess
  readonly #waiting = new Set<() => void>()
  /** What was printed so far. */
  output = ''
  log = ''

  constructor(t: TestContext, args: readonly string[], nodeArgs: readonly string[] = []) {
    const command = [...nodeArgs, MAIN, 'serve', ...args, '--port', '0']
    this.#child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
    createInterface(this.#child.stdout!).on('line', line => {
      this.output += `${line}\n`
      this.#wake()
    })
    this.#child.stderr!.setEncoding('utf8').on('data', text => {
      this.log += text
    })
    this.#child.on('close', () => this.#wake())
    t.after(() => this.#child.kill('SIGKILL'))
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Resolves when something matches that was printed; fails when the process ends before. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output)
      if (match !== null) return match
      if (this.#child.exitCode !== null)
        throw new Error(`${pattern} was not printed:\n${this.output}${this.log}`)
      await new Promise<void>(resolve => this.#waiting.add(resolve))
    }
  }

  /** The address it serves at. */
  async address(): Promise<string> {
    const [, address] = await this.printed(/(http:\/\/\S+)\/metrics[\s\S]*Score one row\n.*\n\n/)
    return address!
  }

  /** Ends it as an operator does; answers its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.ended()
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'close')
    return this.#child.exitCode
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
