import type { ServedModel, ServedModels } from '../../served/served-models.ts'
import { configOf, statisticsOf } from '../../served/triton-forms.ts'
import { answering } from '../http2/answering.ts'
import type { Method } from '../http2/method.ts'
import { modelConfigResponse } from '../messages/model-config.ts'
import { modelRequest } from '../messages/server.ts'
import { modelStatisticsResponse } from '../messages/statistics.ts'
import { INFERENCE_SERVICE } from './service-options.ts'

/** Triton's calls for the configuration of a model, and for what it has done. */
export function modelMethods(models: ServedModels): readonly Method[] {
  return [
    answering({
      path: `/${INFERENCE_SERVICE}/ModelConfig`,
      scope: 'score',
      request: modelRequest,
      answer: modelConfigResponse,
      handle: ({ name, version }) => ({ config: configOf(models.find(name, version || undefined)) }),
    }),
    answering({
      path: `/${INFERENCE_SERVICE}/ModelStatistics`,
      scope: 'score',
      request: modelRequest,
      answer: modelStatisticsResponse,
      handle: ({ name, version }) => ({ model_stats: asked(models, name, version).map(statisticsOf) }),
    }),
  ]
}

/** The versions that a request names: one, all of a model, or all of all models. */
function asked(models: ServedModels, name: string, version: string): readonly ServedModel[] {
  if (name === '') return models.names().flatMap(each => served(models, each))
  const model = models.find(name, version || undefined)
  return version === '' ? served(models, name) : [model]
}

function served(models: ServedModels, name: string): readonly ServedModel[] {
  const ready = models.index().filter(entry => entry.name === name && entry.state === 'READY')
  return ready.map(({ version }) => models.find(name, version))
}
