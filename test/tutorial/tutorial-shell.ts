import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const WAIT_LIMIT_MS = 300_000
const POLL_MS = 200

/** What the machine needs to reach the registry. */
const KEPT = /^npm_config_(registry|cache|userconfig|globalconfig|cafile|noproxy|https?_proxy|proxy)$/i

/** A reader's environment: npm and the runner of this test tell what they start much that would change what these do in there. */
const READER = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_|INIT_CWD$|NODE_TEST_CONTEXT$)/i.test(name) || KEPT.test(name),
  ),
)

/** A reader's terminals: each block goes on where the one before it stopped, with its folder and variables. */
export class TutorialShell {
  readonly #stateFile: string
  readonly #background: ChildProcess[] = []
  /** What was printed so far by everything. */
  output = ''

  private constructor(stateFile: string) {
    this.#stateFile = stateFile
  }

  /** @param folder gets the state of the shell; @param start the folder where the first block runs */
  static async open(folder: string, start: string): Promise<TutorialShell> {
    const stateFile = join(folder, 'shell-state')
    await writeFile(stateFile, `cd '${start}'\n`)
    return new TutorialShell(stateFile)
  }

  /** Runs a block to its end and answers what it printed. */
  async run(commands: string): Promise<string> {
    const save = `{ declare -px; echo "cd '$PWD'"; } > '${this.#stateFile}'`
    const child = this.#spawn(`set -e\n${commands}\n${save}`)
    const before = this.output.length
    const [code, signal] = await once(child, 'close')
    if (code === 0) return this.output.slice(before)
    throw new Error(`ended with ${code ?? signal}:\n${commands}\n${this.output.slice(before)}`)
  }

  /** Starts a block that goes on until `interrupt`. */
  start(commands: string): void {
    this.#background.push(this.#spawn(commands))
  }

  /** Resolves when something matches that was printed from position `from` on. */
  async printed(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const deadline = Date.now() + WAIT_LIMIT_MS
    while (Date.now() < deadline) {
      const match = pattern.exec(this.output.slice(from))
      if (match !== null) return match
      if (this.#background.some(hasEnded)) break
      await delay(POLL_MS)
    }
    throw new Error(`${pattern} was not printed:\n${this.output.slice(from)}`)
  }

  /** Ctrl-C in the terminals where something goes on. */
  async interrupt(): Promise<void> {
    for (const child of this.#background.splice(0)) {
      if (hasEnded(child)) continue
      const closed = once(child, 'close')
      process.kill(-child.pid!, 'SIGINT')
      await closed
    }
  }

  /** The folder where the next block runs. */
  async folder(): Promise<string> {
    const state = await readFile(this.#stateFile, 'utf8')
    return /^cd '(.*)'$/m.exec(state)![1]!
  }

  #spawn(commands: string): ChildProcess {
    const child = spawn('bash', ['-c', `source '${this.#stateFile}'\n${commands}`], {
      detached: true,
      env: READER,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
    return child
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
