import {
  MillraceError,
  type Model,
  type ModelIdentity,
  type ModelReference,
  parseReference,
} from '@millrace/core'
import { readModel } from '@millrace/inference'

/** The references of the model versions that statistics name, each read once from the model folder. */
export class References {
  readonly #folder: string
  readonly #model: Model
  readonly #byDigest = new Map<string, ModelReference>()

  constructor(folder: string, model: Model) {
    this.#folder = folder
    this.#model = model
  }

  /** Reads the reference of a version, if it is not there yet. Throws MODEL_UNAVAILABLE, to be tried again. */
  async prepare({ version, digest }: ModelIdentity): Promise<void> {
    if (this.#byDigest.has(digest)) return
    const found = await readModel(this.#folder, version, this.#model).catch(cause => {
      throw unavailable(version, cause)
    })
    if (found.identity.digest !== digest) throw unavailable(version)
    this.#byDigest.set(digest, parseReference(found.reference))
  }

  /** The reference of a version that was prepared. */
  of({ digest }: ModelIdentity): ModelReference {
    return this.#byDigest.get(digest)!
  }
}

function unavailable(version: string, cause?: unknown): MillraceError {
  return new MillraceError(
    'MODEL_UNAVAILABLE',
    `Version ${version} of the model is not in the model folder with the digest that scored: put it there.`,
    { cause, details: { version } },
  )
}
