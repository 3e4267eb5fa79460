import { type FeatureView, MillraceError, type Pipeline } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { FeatureLookup, RedisStateReader, type ServedView } from '@millrace/platform/online'
import { describeEntity } from '../features/describe-entity.ts'
import { describeExplanation, explanationJson } from '../features/describe-explanation.ts'
import { explain } from '../features/explain-feature.ts'
import { KafkaEventLog } from '../history/event-log.ts'
import { type GivenOptions, readArguments, readText, readTime, readWord } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { connectRedis } from '../run/connect-redis.ts'
import { findAddresses } from '../run/find-addresses.ts'
import { UsageError } from '../usage.ts'

/** Of many events, how many of the first and of the last are shown. */
const SHOWN = 5
const COMMON = { pipeline: { type: 'string' }, view: { type: 'string' }, at: { type: 'string' } } as const
const ACTIONS = {
  get: { options: COMMON, run: getFeatures },
  explain: {
    options: {
      ...COMMON,
      feature: { type: 'string' },
      all: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    run: explainFeatureOf,
  },
} as const

/** `millrace features get|explain ENTITY`: what is known of an entity online, and why. Answers the exit code. */
export async function features([name = '', ...args]: readonly string[]): Promise<number> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name as keyof typeof ACTIONS] : undefined
  if (action === undefined) throw misused()
  const { values: given, positionals } = readArguments(args, action.options)
  const [entity, ...rest] = positionals
  if (entity === undefined || rest.length > 0) throw misused()
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  for (const line of await action.run(pipeline, entity, given)) console.log(line)
  return 0
}

function misused(): UsageError {
  return new UsageError('Say what to do: millrace features get ENTITY, or millrace features explain ENTITY.')
}

async function getFeatures(pipeline: Pipeline, entity: string, given: GivenOptions): Promise<string[]> {
  const time = readTime(given, 'at') ?? Date.now()
  return withLookup(pipeline, async lookup => {
    const queries = viewsOf(pipeline, given).map(({ name }) => queryOf(lookup.views.get(name)!, entity))
    const found = await lookup.lookUp(queries, time)
    return queries.flatMap(({ view: { view }, entities }, i) => [
      ...(i === 0 ? [] : ['']),
      ...describeEntity(view, entities[0]!, found[i]![0]!, time),
    ])
  })
}

async function explainFeatureOf(pipeline: Pipeline, raw: string, given: GivenOptions): Promise<string[]> {
  const [view] = viewsOf(pipeline, { ...given, view: given['view'] ?? viewNeeded() })
  const feature = readWord(given, 'feature', Object.keys(view!.features))
  if (feature === undefined) throw new UsageError('--feature says which value to explain.')
  const time = readTime(given, 'at') ?? Date.now()
  const explained = await withLookup(pipeline, async lookup => {
    const { entities } = queryOf(lookup.views.get(view!.name)!, raw)
    await using log = await KafkaEventLog.open(pipeline)
    return await explain(pipeline, { view: view!, feature, entity: entities[0]!, time }, log, lookup)
  })
  if (given['json'] === true) return [JSON.stringify(explanationJson(explained), null, 2)]
  return describeExplanation(explained, given['all'] === true ? 'all' : SHOWN)
}

function viewNeeded(): never {
  throw new UsageError('--view says of which feature view the value is.')
}

async function withLookup<T>(pipeline: Pipeline, ask: (lookup: FeatureLookup) => Promise<T>): Promise<T> {
  const { redisUrl } = await findAddresses(process.env, ['redisUrl'])
  const redis = await connectRedis(redisUrl)
  try {
    return await ask(new FeatureLookup(pipeline, new RedisStateReader(redis, pipeline.namespace)))
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
