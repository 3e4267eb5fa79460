import { dirname, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Guard, StackAddresses } from '@millrace/platform/local-stack'
import type { DevOptions } from '../commands/dev-options.ts'
import { describeChange } from './describe-change.ts'
import { emptyStack } from './empty-stack.ts'
import { type Inspected, inspectPipeline } from './inspection.ts'
import { changedFiles, type Snapshot, takeSnapshot } from './project-files.ts'
import { RunProcess } from './run-process.ts'

export interface DevLoopOptions extends DevOptions {
  readonly addresses: StackAddresses
  readonly guard: Guard
  readonly print: (text: string) => void
  /** Ends the loop. */
  readonly signal: AbortSignal
}

const POLL_MS = 500

/** Runs a pipeline, and anew at each change of its files, on one stack. A change with faults leaves the run as it is. */
export class DevLoop {
  readonly #options: DevLoopOptions
  readonly #folder: string
  #run: RunProcess | undefined
  #running: Inspected | undefined
  #isFirst = true

  constructor(options: DevLoopOptions) {
    this.#options = options
    this.#folder = dirname(resolve(options.pipelineFile))
  }

  /** Resolves when the signal aborts and the run has ended. */
  async run(): Promise<void> {
    try {
      while (!this.#options.signal.aborted) {
        await this.#awaitChange(await this.#takeUp())
      }
    } finally {
      await this.#run?.stop()
    }
  }

  /** Takes up the files as they are, and answers what they were: what changes meanwhile is a change. */
  async #takeUp(): Promise<Snapshot> {
    const before = await takeSnapshot(this.#folder)
    const inspection = await inspectPipeline(this.#options.pipelineFile)
    // The inspection itself may have written a version of the model.
    const after = await takeSnapshot(this.#folder)
    if (inspection.ok) await this.#replace(inspection)
    else this.#refuse(inspection.faults)
    return new Map([...after, ...before])
  }

  #refuse(faults: readonly string[]): void {
    const fate = this.#run === undefined ? 'Nothing runs' : 'What runs goes on as it was'
    this.#options.print(`\n${faults.join('\n')}\n${fate}; waiting for a change.`)
  }

  async #replace(inspection: Inspected): Promise<void> {
    const { print, argsOf, addresses, guard, signal } = this.#options
    const replaced = this.#run
    this.#run = undefined
    await replaced?.stop()
    if (!this.#isFirst) await emptyStack(addresses)
    this.#isFirst = false
    if (signal.aborted) return
    for (const remark of inspection.remarks) print(remark)
    print(describeChange(this.#running, inspection))
    this.#running = inspection
    this.#start(RunProcess.start(argsOf(inspection.daysOfHistory), addresses, guard))
  }

  #start(run: RunProcess): void {
    const { print, signal } = this.#options
    this.#run = run
    void run.ended.then(code => {
      if (this.#run !== run) return
      this.#run = undefined
      if (signal.aborted) return
      print(code === 0 ? 'The run has ended; waiting for a change.' : 'The run failed; waiting for a change.')
    })
  }

  /** Resolves at the first change after which the files hold still, and when the signal aborts. */
  async #awaitChange(before: Snapshot): Promise<void> {
    const { print, signal } = this.#options
    let last = before
    while (!signal.aborted) {
      await delay(POLL_MS, undefined, { signal }).catch(() => {})
      const now = await takeSnapshot(this.#folder)
      const changed = changedFiles(before, now)
      const isStill = changedFiles(last, now).length === 0
      last = now
      if (changed.length === 0 || !isStill) continue
      return print(`\nChanged: ${changed.join(', ')}`)
    }
  }
}
