import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { pythonWith } from '../harness/python-environment.ts'

/** Feast's objects, as its registry is to have them. */
export interface FeastDefinitions {
  readonly views: Readonly<Record<string, FeastView>>
  /** Features by view, by the name of the service. */
  readonly services: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface FeastView {
  readonly key: string
  /** In seconds. */
  readonly ttl: number
  readonly features: Readonly<Record<string, 'int' | 'float' | 'text'>>
  readonly push_source?: string
}

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')

/** Feast's own SDK in a Python process, whose online store is a server of ours. */
export class FeastClient {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  static async start(t: TestContext, url: string, definitions: FeastDefinitions): Promise<FeastClient> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-feast-'))
    const python = await pythonWith('feast', REQUIREMENTS)
    const script = join(import.meta.dirname, 'client.py')
    const child = spawn(python, [script, url, folder, JSON.stringify(definitions)], {
      env: { ...process.env, FEAST_USAGE: 'False', PYTHONWARNINGS: 'ignore' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    t.after(async () => {
      child.stdin.end()
      await exited
      await rm(folder, { recursive: true })
    })
    return new FeastClient(child)
  }

  /** Lets the SDK do something and answers its result, or the class and text of what it raised. */
  async do(command: Readonly<Record<string, unknown>>): Promise<FeastResult> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('the Python process has ended: see what it printed above')
    return JSON.parse(value)
  }
}

export interface FeastResult {
  readonly result?: unknown
  readonly error?: string
  readonly message?: string
}
