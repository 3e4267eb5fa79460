import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadinessAnswer, ServiceProcess } from './service-process.ts'

const SAMPLE_MS = 50

/** What a process answered at `/readyz` from its start to its end, without repeats. */
export class ReadinessLog {
  /** From the start of the process to its first 200 (ms). */
  startMs: number | undefined
  readonly process: ServiceProcess
  readonly #answers: ReadinessAnswer[] = []
  readonly #samples: Promise<void>
  #isToldToStop = false
  /** The answers before it was told to stop. */
  #before = 0

  constructor(process: ServiceProcess) {
    this.process = process
    this.#samples = this.#sample()
  }

  /** To be called before the process is told to stop. */
  toldToStop(): void {
    this.#isToldToStop = true
    this.#before = this.#answers.length
  }

  /** Once the process has ended: it was not ready until it was, then all the time, and not any more from its stop on. */
  async assertTrue(): Promise<void> {
    await this.#samples
    const before = this.#answers.slice(0, this.#before).filter(answer => answer !== 'none')
    assert.ok(this.#isToldToStop, `${this.process.name} ended by itself`)
    assert.deepEqual(before.slice(before.indexOf(200)), [200], `${this.process.name}: ${this.#answers}`)
    const after = this.#answers.slice(this.#before)
    assert.ok(after.includes(503), `${this.process.name} did not say that it stops: ${this.#answers}`)
    assert.ok(!after.includes(200), `${this.process.name} was ready again: ${this.#answers}`)
  }

  async #sample(): Promise<void> {
    while (this.process.running) {
      const answer = await this.process.readiness()
      if (answer === 200) this.startMs ??= performance.now() - this.process.startedAt
      if (answer !== this.#answers.at(-1)) this.#answers.push(answer)
      await delay(SAMPLE_MS)
    }
  }
}
