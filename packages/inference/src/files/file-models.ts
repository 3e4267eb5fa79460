import { MillraceError } from '@millrace/core'
import type { BatchFacts } from '../batching/statistics.ts'
import type { OpenModelOptions } from '../model/open-model.ts'
import { hostedModels } from '../served/hosted-models.ts'
import {
  type HostEvent,
  type HostedModel,
  ModelHost,
  type RoleTarget,
  type VersionAtWork,
} from '../served/model-host.ts'
import type { ProbationLimits } from '../served/probation.ts'
import type { ServedModels } from '../served/served-models.ts'
import type { FoundModel, FoundVersion } from './find-models.ts'
import { openVersion } from './open-version.ts'

export interface FileModelsOptions extends Omit<OpenModelOptions, 'onTrouble' | 'onBatch'> {
  readonly probation?: ProbationLimits
  /** Told of what happens to versions. */
  readonly onEvent?: (host: HostedModel, event: HostEvent) => void
  /** Makes what is told of every batch of a model that was answered. */
  readonly batchesOf?: (name: string) => (facts: BatchFacts) => void
  /** Told of every thread of a model that had to be replaced. */
  readonly onTrouble?: (name: string, error: MillraceError) => void
}

/** The newest version that can be used answers. */
const ANSWERING = 'champion'
/** The newest version, used or refused. */
const NEWEST = 'newest'

interface Entry {
  readonly host: ModelHost<VersionAtWork>
  found: FoundModel
  /** The stamps of the versions when they were taken last. */
  taken: ReadonlyMap<string, string>
}

/** Models from files, at work: of each the newest version that can be used. */
export class FileModels {
  readonly #options: FileModelsOptions
  readonly #entries = new Map<string, Entry>()
  #view: ServedModels = hostedModels([])

  constructor(options: FileModelsOptions = {}) {
    this.#options = options
  }

  /** As of now: a model that is added later can be found. */
  readonly models: ServedModels = {
    names: () => this.#view.names().filter(name => this.#answers(name)),
    find: (name, version) => this.#view.find(name, version),
    findByAlias: (name, alias) => this.#view.findByAlias(name, alias),
    index: () => this.#view.index(),
    load: name => this.#view.load(name),
    unload: name => this.#view.unload(name),
  }

  /**
   * Takes what has changed since the last time: loads what is new, and lets go of what is gone. A version that cannot be
   * used is refused, and who served before serves on, or else the next lower version that can be used does. Answers the
   * reasons of the models that nobody serves.
   */
  async take(found: readonly FoundModel[]): Promise<readonly unknown[]> {
    const wanted = new Map(found.map(model => [model.name, model]))
    for (const name of [...this.#entries.keys()].filter(name => !wanted.has(name))) await this.#remove(name)
    for (const model of found) this.#add(model)
    this.#view = hostedModels([...this.#entries.values()].map(({ host }) => host))
    const taken = await Promise.all([...this.#entries.values()].map(takeNewest))
    return taken.filter(reason => reason !== undefined)
  }

  /** Answers what waits, and lets go of everything. */
  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ host }) => host.unload()))
  }

  #answers(name: string): boolean {
    return this.#entries.get(name)?.host.roleOf(ANSWERING) !== undefined
  }

  #add(found: FoundModel): void {
    const known = this.#entries.get(found.name)
    if (known !== undefined) known.found = found
    else this.#entries.set(found.name, { host: this.#hostOf(found.name), found, taken: new Map() })
  }

  #hostOf(name: string): ModelHost<VersionAtWork> {
    const { probation, onEvent, onTrouble, batchesOf, ...options } = this.#options
    const onBatch = batchesOf?.(name)
    const host = new ModelHost<VersionAtWork>({
      name,
      answering: ANSWERING,
      ...(probation && { probation }),
      load: version =>
        openVersion(name, fileOf(this.#entries.get(name)!.found, version), {
          ...options,
          onTrouble: error => onTrouble?.(name, error),
          ...(onBatch && { onBatch }),
        }),
      onEvent(event) {
        if (event.kind !== 'serving' || event.role === ANSWERING) onEvent?.(host, event)
      },
    })
    return host
  }

  async #remove(name: string): Promise<void> {
    const { host } = this.#entries.get(name)!
    this.#entries.delete(name)
    this.#view = hostedModels([...this.#entries.values()].map(entry => entry.host))
    await host.unload()
  }
}

/** Answers why nobody serves, if nobody does. */
async function takeNewest(entry: Entry): Promise<unknown> {
  const { host, found } = entry
  const isChanged = changedSince(entry)
  if (isChanged === undefined) return undefined
  entry.taken = stampsOf(found)
  const reasons: unknown[] = []
  const attempt = (work: Promise<void>) => work.catch(error => void reasons.push(error))
  if (isChanged) await attempt(host.reload())
  for (const { version } of found.versions) {
    await attempt(host.apply(targetsOf(found, version)))
    if (host.roleOf(ANSWERING) !== undefined) return undefined
  }
  return reasons[0]
}

/** Whether files of a version that was taken are other ones now; undefined when nothing has changed at all. */
function changedSince({ host, found, taken }: Entry): boolean | undefined {
  const stamps = stampsOf(found)
  if (stamps.size === taken.size && [...stamps].every(([version, stamp]) => taken.get(version) === stamp))
    return undefined
  const changed = ({ version }: { readonly version: string }): boolean =>
    taken.has(version) && stamps.has(version) && taken.get(version) !== stamps.get(version)
  return host.index().some(changed)
}

function stampsOf({ versions }: FoundModel): ReadonlyMap<string, string> {
  return new Map(versions.map(({ version, stamp }) => [version, stamp]))
}

function targetsOf({ versions }: FoundModel, answering: string): ReadonlyMap<string, RoleTarget> {
  return new Map([
    [ANSWERING, { version: answering }],
    [NEWEST, { version: versions[0]!.version }],
  ])
}

/** Of a version that has a role, which is one that was found. */
function fileOf({ name, versions }: FoundModel, version: string): FoundVersion {
  const found = versions.find(candidate => candidate.version === version)
  if (found !== undefined) return found
  throw new MillraceError('MODEL_INVALID', `The files of version ${version} of the model "${name}" are gone.`)
}
