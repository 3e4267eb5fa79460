import { type FeatureView, MillraceError, type Pipeline } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { FeatureLookup, RedisStateReader, type ServedView } from '@millrace/platform/online'
import { describeEntity } from '../features/describe-entity.ts'
import { type GivenOptions, readArguments, readText, readTime, readWord } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { connectRedis } from '../run/connect-redis.ts'
import { findAddresses } from '../run/find-addresses.ts'
import { UsageError } from '../usage.ts'

/** `millrace features get ENTITY`: what is known of an entity online. Answers the exit code. */
export async function features(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = readArguments(args, {
    pipeline: { type: 'string' },
    view: { type: 'string' },
    at: { type: 'string' },
  })
  const [action, entity, ...rest] = positionals
  if (action !== 'get' || entity === undefined || rest.length > 0)
    throw new UsageError('Say what to do: millrace features get ENTITY.')
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  for (const line of await getFeatures(pipeline, entity, given)) console.log(line)
  return 0
}

async function getFeatures(pipeline: Pipeline, entity: string, given: GivenOptions): Promise<string[]> {
  const time = readTime(given, 'at') ?? Date.now()
  const { redisUrl } = await findAddresses(process.env, ['redisUrl'])
  const redis = await connectRedis(redisUrl)
  try {
    const lookup = new FeatureLookup(pipeline, new RedisStateReader(redis, pipeline.namespace))
    const queries = viewsOf(pipeline, given).map(({ name }) => queryOf(lookup.views.get(name)!, entity))
    const found = await lookup.lookUp(queries, time)
    return queries.flatMap(({ view: { view }, entities }, i) => [
      ...(i === 0 ? [] : ['']),
      ...describeEntity(view, entities[0]!, found[i]![0]!, time),
    ])
  } finally {
    redis.disconnect()
  }
}

/** The view that is named, or all. */
function viewsOf({ views }: Pipeline, given: GivenOptions): readonly FeatureView[] {
  const name = readWord(
    given,
    'view',
    views.map(view => view.name),
  )
  return views.filter(view => name === undefined || view.name === name)
}

function queryOf(view: ServedView, raw: string): { view: ServedView; entities: readonly string[] } {
  const entity = view.entityOf(raw)
  if (entity !== undefined) return { view, entities: [entity] }
  throw new MillraceError(
    'INPUT_INVALID',
    `"${raw}" is no ${view.view.entity} of the view "${view.view.name}".`,
  )
}
