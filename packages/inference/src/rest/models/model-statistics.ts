import { described, type HttpApp } from '@millrace/platform/http'
import type { ServedModel, ServedModels } from '../../served/served-models.ts'
import { statisticsOf } from '../../served/triton-forms.ts'
import type { ModelParams } from '../model-params.ts'
import { MODEL_STATISTICS } from '../schemas.ts'

const STATISTICS = described({
  scope: 'score',
  tag: 'inference',
  summary: 'What a model, or every model, has done since it was loaded.',
  answers: { 200: [MODEL_STATISTICS] },
})

/** Adds the statistics extension, in Triton's form. */
export function addStatisticsRoutes(app: HttpApp, models: ServedModels): void {
  app.get('/v2/models/stats', STATISTICS, () => ({
    model_stats: models.names().flatMap(name => servedVersions(models, name).map(statisticsOf)),
  }))
  app.get<{ Params: ModelParams }>('/v2/models/:name/stats', STATISTICS, ({ params: { name } }) => {
    models.find(name)
    return { model_stats: servedVersions(models, name).map(statisticsOf) }
  })
  app.get<{ Params: ModelParams }>(
    '/v2/models/:name/versions/:version/stats',
    STATISTICS,
    ({ params: { name, version } }) => ({ model_stats: [statisticsOf(models.find(name, version))] }),
  )
}

function servedVersions(models: ServedModels, name: string): readonly ServedModel[] {
  const ready = models.index().filter(entry => entry.name === name && entry.state === 'READY')
  return ready.map(({ version }) => models.find(name, version))
}
