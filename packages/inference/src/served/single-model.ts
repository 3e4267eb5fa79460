import { MillraceError } from '@millrace/core'
import type { ServedModel, ServedModels } from './served-models.ts'

/** One version of one model, which is there as long as the server is. */
export function singleModel(served: ServedModel): ServedModels {
  const { name, version } = served.identity
  const find = (asked: string, askedVersion?: string): ServedModel => {
    if (asked !== name) throw notFound(`The model is unknown: this server has "${name}".`)
    if (askedVersion === undefined || askedVersion === version) return served
    throw notFound(`The version is unknown: this server has ${version}.`)
  }
  return {
    names: () => [name],
    find,
    findByAlias: asked => find(asked),
    index: () => [{ name, version, state: served.ready ? 'READY' : 'UNAVAILABLE', reason: '' }],
    load: async asked => void find(asked),
    async unload(asked) {
      find(asked)
      throw new MillraceError('REQUEST_INVALID', 'The model cannot be unloaded: the server has no other.')
    },
  }
}

function notFound(message: string): MillraceError {
  return new MillraceError('NOT_FOUND', message)
}
