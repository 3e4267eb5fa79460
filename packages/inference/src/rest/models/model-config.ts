import { described, type HttpApp } from '@millrace/platform/http'
import type { ServedModels } from '../../served/served-models.ts'
import { configOf } from '../../served/triton-forms.ts'
import type { ModelParams } from '../model-params.ts'
import { MODEL_CONFIG } from '../schemas.ts'

const CONFIG = described({
  scope: 'score',
  tag: 'inference',
  summary: "The model's configuration in Triton's form.",
  answers: { 200: [MODEL_CONFIG] },
})

/** Adds the model configuration extension to a model's path. */
export function addConfigRoute(app: HttpApp, path: string, models: ServedModels): void {
  app.get<{ Params: ModelParams }>(`${path}/config`, CONFIG, ({ params: { name, version } }) =>
    configOf(models.find(name, version)),
  )
}
