import {
  MillraceError,
  type Model,
  type ModelIdentity,
  type ModelReference,
  parseReference,
} from '@millrace/core'
import { type ModelRegistry, readAnyVersion } from '@millrace/inference/registry'

/** The references of the model versions that statistics name, each read once from the registry of models. */
export class References {
  readonly #registry: ModelRegistry
  readonly #model: Model
  readonly #byDigest = new Map<string, ModelReference>()

  constructor(registry: ModelRegistry, model: Model) {
    this.#registry = registry
    this.#model = model
  }

  /** Reads the reference of a version, if it is not there yet. Throws MODEL_UNAVAILABLE, to be tried again. */
  async prepare({ version, digest }: ModelIdentity): Promise<void> {
    if (this.#byDigest.has(digest)) return
    const found = await readAnyVersion(this.#registry, version, this.#model).catch(cause => {
      throw this.#unavailable(version, cause)
    })
    if (found.identity.digest !== digest || found.reference === undefined) throw this.#unavailable(version)
    this.#byDigest.set(digest, parseReference(found.reference))
  }

  /** The reference of a version that was prepared. */
  of({ digest }: ModelIdentity): ModelReference {
    return this.#byDigest.get(digest)!
  }

  #unavailable(version: string, cause?: unknown): MillraceError {
    const place = this.#registry.placeOf(this.#model.name)
    return new MillraceError(
      'MODEL_UNAVAILABLE',
      `Version ${version} of the model is not in ${place} with a reference and the digest that scored: put it there.`,
      { cause, details: { version } },
    )
  }
}
