import { CANARY, compileRoute, DEGRADED, fateOf, MillraceError, type Pipeline, SHADOW } from '@millrace/core'
import {
  type Aliases,
  type HostEvent,
  type ModelExplainer,
  ModelHost,
  type ModelRegistry,
  type RegistryWatch,
  readVersion,
  servedRoles,
  watchRegistry,
} from '@millrace/inference'
import { openScoredVersion, type ScoredVersion, type ScoredVersionOptions } from './scored-version.ts'

/** Which version scores what. */
export interface ModelRoles {
  /** The version that answers. Throws MODEL_UNAVAILABLE when there is none. */
  readonly champion: ScoredVersion
  /** Scores every vector besides, for comparison. */
  readonly shadow: ScoredVersion | undefined
  /** Scores where features are not there. */
  readonly degraded: ScoredVersion | undefined
  /** The version that answers a key: the champion, or the canary for its share. Throws as `champion`. */
  forKey(key: string): ScoredVersion
}

export interface PipelineModelsOptions extends ScoredVersionOptions {
  readonly registry: ModelRegistry
  /** How often the aliases are looked at (ms). */
  readonly every: number
  /** How long a new version is on probation (ms). */
  readonly probation: number
  readonly onEvent: (host: ModelHost<ScoredVersion>, event: HostEvent) => void
  /** Told of every look at the registry that failed, and of every version that could not be loaded. */
  readonly onTrouble: (error: unknown) => void
}

type Route = ReturnType<typeof compileRoute>

/** The versions of the pipeline's model, as the registry gives them roles. */
export class PipelineModels implements ModelRoles {
  readonly host: ModelHost<ScoredVersion>
  readonly #options: PipelineModelsOptions
  readonly #closing = new AbortController()
  #watch: RegistryWatch | undefined
  #route: Route = compileRoute(undefined)

  private constructor(options: PipelineModelsOptions) {
    this.#options = options
    const { pipeline, registry, onEvent, probation } = options
    this.host = new ModelHost({
      name: pipeline.model.name,
      load: async version =>
        openScoredVersion(await readVersion(registry, version, pipeline.model, pipeline.fitted), options),
      probation: { duration: probation },
      onEvent: event => onEvent(this.host, event),
    })
  }

  /**
   * Loads the versions that have roles now, and follows the registry from then on. Throws MODEL_INVALID when there is
   * no version to answer with; while the registry cannot be reached there is none yet.
   */
  static async open(options: PipelineModelsOptions): Promise<PipelineModels> {
    const models = new PipelineModels(options)
    try {
      await models.#apply(await options.registry.aliases(options.pipeline.model.name))
    } catch (error) {
      if (fateOf(error) !== 'retry') throw error
      options.onTrouble(error)
    }
    models.#follow()
    return models
  }

  get champion(): ScoredVersion {
    return this.host.answering
  }

  get shadow(): ScoredVersion | undefined {
    return this.host.roleOf(SHADOW)
  }

  get degraded(): ScoredVersion | undefined {
    return this.host.roleOf(DEGRADED)
  }

  forKey(key: string): ScoredVersion {
    return (this.#route(key) === CANARY ? this.host.roleOf(CANARY) : undefined) ?? this.host.answering
  }

  /** The explainer of the version that answers, or of the one that is named. Throws NOT_FOUND, MODEL_UNAVAILABLE. */
  readonly explainerOf = (name: string, version?: string): ModelExplainer => {
    const { host } = this
    if (name !== host.name) {
      throw new MillraceError('NOT_FOUND', `The model is unknown: this server has "${host.name}".`)
    }
    return (version === undefined ? host.answering : host.version(version)).explainer
  }

  /** Whether the registry has answered the last look. */
  get isRegistryReachable(): boolean {
    return this.#watch?.state.reachable ?? true
  }

  /** The registry may have changed: it is looked at now. */
  hint(): void {
    this.#watch?.hint()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#watch?.ended
    await this.host.unload()
  }

  #follow(): void {
    const { registry, pipeline, every, onTrouble } = this.#options
    const onChange = (aliases: Aliases) => this.#apply(aliases)
    const { signal } = this.#closing
    this.#watch = watchRegistry({ registry, model: pipeline.model.name, every, signal, onChange, onTrouble })
  }

  async #apply(aliases: Aliases): Promise<void> {
    this.#route = routeOf(this.#options.pipeline, aliases)
    await this.host.apply(servedRoles(aliases))
  }
}

function routeOf({ model }: Pipeline, aliases: Aliases): Route {
  const canary = aliases.get(CANARY)
  if (canary === undefined) return compileRoute(undefined)
  const share = canary.share ?? model.canary?.share ?? 0
  return compileRoute({ model: model.name, version: canary.version, share })
}
