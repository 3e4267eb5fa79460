import { MillraceError } from '@millrace/core'
import { type HttpApp, isAwaited, needs, readJson } from '@millrace/platform/http'
import type { Explanation, ModelExplainer } from './model-explainer.ts'
import { readInstances } from './read-instances.ts'

export interface ExplainRoutesOptions {
  /**
   * The explainer of the version that answers callers who name none, or of the one that is named. Throws NOT_FOUND for
   * what is not known here.
   */
  readonly explainerOf: (name: string, version?: string) => ModelExplainer
  /** Vectors that one request may bring. Default 64. */
  readonly maxInstances?: number
}

interface ModelParams {
  readonly name: string
  readonly version?: string
}

const PATHS = [
  '/v1/models/:name(^[^:/]+)::explain',
  '/v1/models/:name(^[^:/]+)/versions/:version(^[^:/]+)::explain',
]

/** Adds `:explain` of the KServe v1 protocol: instances in, one explanation each out. */
export function registerExplainRoutes(
  app: HttpApp,
  { explainerOf, maxInstances = 64 }: ExplainRoutesOptions,
): void {
  for (const path of PATHS) {
    app.post<{ Params: ModelParams }>(
      path,
      needs('score'),
      async ({ params: { name, version }, body }, reply) => {
        const explainer = explainerOf(name, version)
        const vectors = readInstances(readJson(body), explainer.inputs)
        if (vectors.length > maxInstances) throw tooMany(maxInstances)
        return { explanations: await explainAll(explainer, vectors, () => isAwaited(reply)) }
      },
    )
  }
}

/** One after another: who has gone meanwhile is spared the rest. */
async function explainAll(
  explainer: ModelExplainer,
  vectors: readonly Float64Array[],
  isWanted: () => boolean,
): Promise<readonly Explanation[]> {
  const explanations: Explanation[] = []
  for (const vector of vectors) explanations.push(await explainer.explain(vector, { isWanted }))
  return explanations
}

function tooMany(most: number): MillraceError {
  return new MillraceError(
    'REQUEST_TOO_LARGE',
    `A request may have ${most} instances explained: ask in parts.`,
  )
}
