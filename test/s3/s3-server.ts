import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pythonWith } from '../harness/python-environment.ts'

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')

/** The environment by which S3 is found. */
export type S3Environment = Readonly<Record<string, string>>

/** A server with the API of S3, in a Python process, that refuses what is not signed by its key. */
export class S3Server implements AsyncDisposable {
  readonly env: S3Environment
  readonly #end: () => Promise<void>

  private constructor(env: S3Environment, end: () => Promise<void>) {
    this.env = env
    this.#end = end
  }

  static async start(): Promise<S3Server> {
    const python = await pythonWith('moto', REQUIREMENTS)
    const child = spawn(python, [join(import.meta.dirname, 'server.py')], {
      stdio: ['pipe', 'pipe', process.env['S3_LOG'] === undefined ? 'ignore' : 'inherit'],
    })
    const exited = once(child, 'exit')
    const [line] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      exited.then(() => [undefined]),
    ])) as [string | undefined]
    if (line === undefined) throw new Error('the S3 server did not start: S3_LOG=1 shows why')
    return new S3Server(JSON.parse(line), async () => {
      child.stdin.end()
      await exited
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end()
  }
}
