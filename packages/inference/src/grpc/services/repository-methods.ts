import { MillraceError } from '@millrace/core'
import type { ServedModels } from '../../served/served-models.ts'
import { answering } from '../http2/answering.ts'
import type { Method } from '../http2/method.ts'
import {
  repositoryIndexRequest,
  repositoryIndexResponse,
  repositoryModelRequest,
} from '../messages/repository.ts'
import { empty } from '../messages/server.ts'
import { INFERENCE_SERVICE } from './service-options.ts'

/** Triton's calls for the model repository, which are for those who administer models. */
export function repositoryMethods(models: ServedModels): readonly Method[] {
  const administering = {
    scope: 'administer-models',
    answer: empty,
    request: repositoryModelRequest,
  } as const
  return [
    answering({
      path: `/${INFERENCE_SERVICE}/RepositoryIndex`,
      scope: 'administer-models',
      request: repositoryIndexRequest,
      answer: repositoryIndexResponse,
      handle: ({ ready }) => ({ models: models.index().filter(({ state }) => !ready || state === 'READY') }),
    }),
    answering({
      ...administering,
      path: `/${INFERENCE_SERVICE}/RepositoryModelLoad`,
      async handle({ model_name: name, parameters }) {
        refuseFiles(parameters.keys())
        await models.load(name)
        return {}
      },
    }),
    answering({
      ...administering,
      path: `/${INFERENCE_SERVICE}/RepositoryModelUnload`,
      async handle({ model_name: name }) {
        await models.unload(name)
        return {}
      },
    }),
  ]
}

/** Models come from the registry alone: what was not reviewed there is not served. */
function refuseFiles(parameters: Iterable<string>): void {
  for (const name of parameters) {
    if (name !== 'config' && !name.startsWith('file:')) continue
    throw new MillraceError(
      'REQUEST_INVALID',
      'A model cannot be sent: put it into the model folder or the registry, and load it from there.',
    )
  }
}
