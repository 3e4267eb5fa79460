import { described, type HttpApp } from '@millrace/platform/http'
import type { Duration } from '../../batching/statistics.ts'
import type { ServedModel, ServedModels } from '../../served/served-models.ts'
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

/** Statistics in Triton's form, with times in whole ns. */
export function statisticsOf({ identity, statistics }: ServedModel): object {
  const { rows, succeeded, failed, dropped, queued, computed, lastAt = 0 } = statistics
  return {
    name: identity.name,
    version: identity.version,
    last_inference: lastAt,
    inference_count: rows,
    execution_count: computed.count,
    inference_stats: {
      success: inNanoseconds(succeeded),
      fail: inNanoseconds({ count: failed.count + dropped.count, total: failed.total + dropped.total }),
      queue: inNanoseconds(queued),
      compute_infer: inNanoseconds(computed),
    },
    batch_stats: [],
  }
}

function inNanoseconds({ count, total }: Duration): object {
  return { count, ns: Math.round(total * 1e6) }
}
