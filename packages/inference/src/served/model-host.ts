import { fateOf, MillraceError, type ModelIdentity } from '@millrace/core'
import type { LoadedModel } from '../model/open-model.ts'
import { wordsOf } from '../onnx/words-of.ts'
import { Lingering } from './lingering.ts'
import { Probation, type ProbationLimits } from './probation.ts'
import type { RepositoryEntry } from './served-models.ts'

/** A version in memory. */
export interface VersionAtWork {
  readonly identity: ModelIdentity
  readonly model: LoadedModel
  /** Answers what waits, and lets go of the memory. */
  close(): Promise<void>
}

/** Which version a role is for. */
export interface RoleTarget {
  readonly version: string
}

/** What happened to a version, for logs and metrics; `took` in ms. */
export type HostEvent =
  | { readonly kind: 'loaded'; readonly version: string; readonly took: number }
  | { readonly kind: 'refused' | 'rolled-back'; readonly version: string; readonly reason: string }
  | { readonly kind: 'serving'; readonly version: string; readonly role: string }
  | { readonly kind: 'released'; readonly version: string }

/** A host as callers need it, whatever its versions are besides. */
export type HostedModel = Pick<
  ModelHost<VersionAtWork>,
  'name' | 'answering' | 'roleOf' | 'version' | 'versions' | 'index' | 'reload' | 'unload'
>

export interface ModelHostOptions<T extends VersionAtWork> {
  readonly name: string
  /** Brings a version into memory, checked. Fails with MODEL_INVALID when it is not to serve. */
  readonly load: (version: string) => Promise<T>
  /** The role that answers, and is never without a version once it had one. Default `champion`. */
  readonly answering?: string
  readonly probation?: ProbationLimits
  /** How long a version that was replaced stays for who has looked it up (ms). Default 5,000. */
  readonly linger?: number
  readonly onEvent?: (event: HostEvent) => void
}

/**
 * The versions of one model in memory, and which of them has which role. A new version is loaded and checked beside the
 * one that serves, and takes its place between two requests; the one before stays while the new one is on probation,
 * and takes its place back when that fails.
 */
export class ModelHost<T extends VersionAtWork> {
  readonly name: string
  readonly #options: ModelHostOptions<T>
  readonly #answering: string
  /** Everything in memory that somebody may need, also what was loaded anew since. */
  readonly #memory = new Set<T>()
  /** By version, as it was loaded last. */
  readonly #loaded = new Map<string, T>()
  readonly #loading = new Set<string>()
  /** Why versions do not serve, though a role is for them. */
  readonly #refused = new Map<string, string>()
  readonly #lingering: Lingering<T>
  #roles: ReadonlyMap<string, T> = new Map()
  #targets: ReadonlyMap<string, RoleTarget> = new Map()
  #probation: { readonly watch: Probation; readonly before: T } | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(options: ModelHostOptions<T>) {
    this.name = options.name
    this.#options = options
    this.#answering = options.answering ?? 'champion'
    this.#lingering = new Lingering(options.linger ?? 5_000, async at => {
      await at.close()
      this.#tell({ kind: 'released', version: at.identity.version })
    })
  }

  /** The version that has a role now. */
  roleOf(role: string): T | undefined {
    return this.#roles.get(role)
  }

  /** The version that answers. Throws MODEL_UNAVAILABLE when none does. */
  get answering(): T {
    const at = this.#roles.get(this.#answering)
    if (at !== undefined) return at
    throw new MillraceError('MODEL_UNAVAILABLE', `No version of the model "${this.name}" is loaded.`)
  }

  /** A version in memory. Throws NOT_FOUND for one that is not. */
  version(version: string): T {
    const found = this.#loaded.get(version)
    if (found !== undefined) return found
    const known = this.versions.join(', ') || 'none'
    throw new MillraceError('NOT_FOUND', `The version is unknown: this server has ${known}.`)
  }

  /** The versions in memory, the lowest first. */
  get versions(): readonly string[] {
    return [...this.#loaded.keys()].toSorted((a, b) => Number(a) - Number(b))
  }

  /** Every version that is known here, and where it stands. */
  index(): readonly RepositoryEntry[] {
    const entries = new Map<string, Omit<RepositoryEntry, 'name' | 'version'>>()
    for (const version of this.#loaded.keys()) entries.set(version, { state: 'READY', reason: '' })
    for (const [version, reason] of this.#refused) entries.set(version, { state: 'UNAVAILABLE', reason })
    for (const version of this.#loading) entries.set(version, { state: 'LOADING', reason: '' })
    return [...entries].map(([version, entry]) => ({ name: this.name, version, ...entry }))
  }

  /**
   * Gives the roles to the versions that they are for. A version that cannot be used is refused, and who served before
   * serves on. Fails with what a repetition may mend, and, while nobody answers, with the reason of the refusal.
   */
  apply(targets: ReadonlyMap<string, RoleTarget>): Promise<void> {
    return this.#inTurn(() => this.#apply(targets))
  }

  /** Loads the versions of all roles anew, also where they are in memory or were refused. Fails as `apply` does. */
  reload(): Promise<void> {
    return this.#inTurn(async () => {
      this.#refused.clear()
      const before = new Map(this.#loaded)
      this.#loaded.clear()
      try {
        await this.#apply(this.#targets)
      } finally {
        for (const [version, at] of before)
          if (this.#memory.has(at) && !this.#loaded.has(version)) this.#loaded.set(version, at)
      }
    })
  }

  /** Lets go of all versions. What is asked until then is answered. */
  unload(): Promise<void> {
    return this.#inTurn(async () => {
      this.#endProbation()
      this.#roles = new Map()
      this.#releaseUnused()
      await this.#lingering.close()
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(work)
    this.#work = turn.catch(() => {})
    return turn
  }

  async #apply(targets: ReadonlyMap<string, RoleTarget>): Promise<void> {
    this.#targets = targets
    const wanted = new Set([...targets.values()].map(({ version }) => version))
    for (const version of this.#refused.keys()) if (!wanted.has(version)) this.#refused.delete(version)
    const failures: unknown[] = []
    for (const version of wanted) await this.#ensure(version).catch(error => void failures.push(error))
    this.#assign()
    const again = failures.find(error => fateOf(error) === 'retry')
    if (again !== undefined) throw again
    if (!this.#roles.has(this.#answering) && failures.length > 0) throw failures[0]
  }

  async #ensure(version: string): Promise<void> {
    if (this.#loaded.has(version) || this.#refused.has(version)) return
    const start = performance.now()
    this.#loading.add(version)
    try {
      const at = await this.#options.load(version)
      this.#memory.add(at)
      this.#loaded.set(version, at)
      this.#tell({ kind: 'loaded', version, took: performance.now() - start })
    } catch (error) {
      if (fateOf(error) !== 'retry') this.#refuse('refused', version, wordsOf(error))
      throw error
    } finally {
      this.#loading.delete(version)
    }
  }

  #refuse(kind: 'refused' | 'rolled-back', version: string, reason: string): void {
    this.#refused.set(version, reason)
    this.#tell({ kind, version, reason })
  }

  /** Who has which role from now on; at once, so that no request meets a role without a version. */
  #assign(): void {
    const roles = new Map<string, T>()
    for (const [role, { version }] of this.#targets) {
      const at = this.#refused.has(version) ? undefined : this.#loaded.get(version)
      if (at !== undefined) roles.set(role, at)
    }
    const before = this.#roles.get(this.#answering)
    if (!roles.has(this.#answering) && before !== undefined) roles.set(this.#answering, before)
    const changed = [...roles].filter(([role, at]) => this.#roles.get(role) !== at)
    this.#roles = roles
    for (const [role, { identity }] of changed)
      this.#tell({ kind: 'serving', role, version: identity.version })
    if (before !== undefined && roles.get(this.#answering) !== before) this.#beginProbation(before)
    this.#releaseUnused()
  }

  #beginProbation(before: T): void {
    this.#endProbation()
    const tested = this.answering
    const statistics = () => tested.model.statistics
    const watch = new Probation(statistics, this.#options.probation ?? {}, fault => {
      if (fault !== undefined) this.#rollBack(tested, before, fault)
      this.#probation = undefined
      this.#releaseUnused()
    })
    this.#probation = { watch, before }
  }

  #endProbation(): void {
    this.#probation?.watch.end()
    this.#probation = undefined
  }

  /** The answering role goes back to who had it; others of a version that is taken back are vacant. */
  #rollBack(tested: T, before: T, reason: string): void {
    const roles = [...this.#roles].filter(([, at]) => at !== tested)
    this.#roles = new Map([...roles, [this.#answering, before]])
    this.#refuse('rolled-back', tested.identity.version, reason)
  }

  #isUsed(at: T): boolean {
    return this.#probation?.before === at || [...this.#roles.values()].includes(at)
  }

  #releaseUnused(): void {
    for (const at of this.#memory) {
      if (this.#isUsed(at)) continue
      const { version } = at.identity
      this.#memory.delete(at)
      if (this.#loaded.get(version) === at) this.#loaded.delete(version)
      this.#lingering.add(at)
    }
  }

  #tell(event: HostEvent): void {
    this.#options.onEvent?.(event)
  }
}
