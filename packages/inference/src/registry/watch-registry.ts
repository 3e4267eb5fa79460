import { setTimeout as delay } from 'node:timers/promises'
import { fateOf } from '@millrace/core'
import type { Aliases, ModelRegistry } from './model-registry.ts'
import { sameAliases } from './served-roles.ts'

export interface WatchOptions {
  readonly registry: ModelRegistry
  /** The name of the model. */
  readonly model: string
  /** How long to wait between two looks (ms). */
  readonly every: number
  /** By which share of itself a wait is shortened or lengthened at most, so that scorers do not ask as one. Default 0.2. */
  readonly jitter?: number
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** From 0 to below 1. Default Math.random. */
  readonly random?: () => number
  /** Epoch ms. Default Date.now. */
  readonly now?: () => number
  /** Replaced in tests. Ends early, without failing, when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
  /**
   * Told what the aliases name, at the first look and after each change, once. Looks wait for it. When it fails with
   * an error that a repetition may mend (`fateOf`: retry), it is told the same again after the wait. Where the first
   * look fails, it is told what was seen last, if that is known.
   */
  readonly onChange: (aliases: Aliases) => void | Promise<void>
  /** Told of every look that failed, and of every failure of `onChange`. What was known before stays in force. */
  readonly onTrouble?: (error: unknown) => void
}

/** How a watch stands, for metrics. */
export interface WatchState {
  /** Whether the last look succeeded. */
  readonly reachable: boolean
  /** When a look last succeeded (epoch ms); undefined before the first. */
  readonly lastLook: number | undefined
  /** Looks that failed since then. */
  readonly failures: number
}

export interface RegistryWatch {
  readonly state: WatchState
  /** Looks at once, or as soon as the look under way is over. */
  hint(): void
  /** Resolves when the watch has ended and nothing of it is under way. */
  readonly ended: Promise<void>
}

/** The longest wait between looks at a registry that fails: so many times the usual one. */
const MOST_PATIENCE = 16

/** Looks at the aliases of a model again and again, and tells when they change. */
export function watchRegistry(options: WatchOptions): RegistryWatch {
  const watch = new Watch(options)
  const ended = watch.run()
  return {
    get state() {
      return watch.state
    },
    hint: () => watch.hint(),
    ended,
  }
}

class Watch {
  readonly #options: WatchOptions
  #state: WatchState = { reachable: false, lastLook: undefined, failures: 0 }
  #told: Aliases | undefined
  #hinted = false
  #waking: AbortController | undefined

  constructor(options: WatchOptions) {
    this.#options = options
  }

  get state(): WatchState {
    return this.#state
  }

  hint(): void {
    this.#hinted = true
    this.#waking?.abort()
  }

  async run(): Promise<void> {
    const { signal } = this.#options
    while (!signal.aborted) {
      this.#hinted = false
      await this.#look()
      if (!signal.aborted && !this.#hinted) await this.#pause()
    }
  }

  async #look(): Promise<void> {
    const { registry, model, now = Date.now } = this.#options
    let aliases: Aliases
    try {
      aliases = await registry.aliases(model)
    } catch (error) {
      this.#state = { ...this.#state, reachable: false, failures: this.#state.failures + 1 }
      this.#options.onTrouble?.(error)
      return this.#startFromMemory()
    }
    this.#state = { reachable: true, lastLook: now(), failures: 0 }
    await this.#tell(aliases)
  }

  /** Who has just started serves what was served before, rather than nothing. */
  async #startFromMemory(): Promise<void> {
    const { registry, model } = this.#options
    const last = this.#told === undefined ? await registry.lastAliases?.(model) : undefined
    if (last !== undefined) await this.#tell(last)
  }

  async #tell(aliases: Aliases): Promise<void> {
    if (this.#told !== undefined && sameAliases(this.#told, aliases)) return
    const before = this.#told
    this.#told = aliases
    try {
      await this.#options.onChange(aliases)
    } catch (error) {
      if (fateOf(error) === 'retry') this.#told = before
      this.#options.onTrouble?.(error)
    }
  }

  async #pause(): Promise<void> {
    const { signal, every, jitter = 0.2, random = Math.random, wait = waitFor } = this.#options
    const patience = Math.min(2 ** Math.max(0, this.#state.failures - 1), MOST_PATIENCE)
    this.#waking = new AbortController()
    await wait(
      every * patience * (1 + jitter * (2 * random() - 1)),
      AbortSignal.any([signal, this.#waking.signal]),
    )
    this.#waking = undefined
  }
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}
