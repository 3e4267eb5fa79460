import { userInfo } from 'node:os'
import { cleanId, type FeatureView, MillraceError } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { describeErased } from '../entity/describe-erased.ts'
import { eraseEntity } from '../entity/erase-entity.ts'
import { type GivenOptions, readArguments, readNumber, readText, readWord } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { connectKafka } from '../run/connect-kafka.ts'
import { connectRedis } from '../run/connect-redis.ts'
import { findAddresses } from '../run/find-addresses.ts'
import { UsageError } from '../usage.ts'

const WAIT_SECONDS = 60

/** `millrace entity erase`: lets a view forget an entity. Answers the exit code. */
export async function entity(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = readArguments(args, {
    pipeline: { type: 'string' },
    view: { type: 'string' },
    entity: { type: 'string' },
    reason: { type: 'string' },
    by: { type: 'string' },
    wait: { type: 'string' },
  })
  if (positionals.join(' ') !== 'erase')
    throw new UsageError('Say what to do: millrace entity erase --view NAME --entity ID.')
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  const view = viewOf(pipeline.views, given)
  const request = {
    pipeline,
    view,
    entity: entityOf(view, given),
    by: readText(given, 'by') ?? userName(),
    reason: readText(given, 'reason') ?? null,
    waitMs: (readNumber(given, 'wait', { min: 0 }) ?? WAIT_SECONDS) * 1_000,
  }
  const { kafkaBrokers, redisUrl } = await findAddresses(process.env, ['kafkaBrokers', 'redisUrl'])
  const redis = await connectRedis(redisUrl)
  const { kafka, admin } = await connectKafka(kafkaBrokers)
  try {
    const auditId = await eraseEntity(request, { kafka, admin, redis })
    for (const line of describeErased(pipeline, view, auditId)) console.log(line)
  } finally {
    redis.disconnect()
    await admin.disconnect()
  }
  return 0
}

/** Throws UsageError where the operating system knows no name, as in some containers. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    throw new UsageError('--by says who asks.')
  }
}

function viewOf(views: readonly FeatureView[], given: GivenOptions): FeatureView {
  const names = views.map(view => view.name)
  const name = readWord(given, 'view', names)
  if (name === undefined) throw new UsageError(`--view says which view is to forget: ${names.join(', ')}.`)
  return views.find(view => view.name === name)!
}

function entityOf({ name, entity: field, sources }: FeatureView, given: GivenOptions): string {
  const raw = readText(given, 'entity')
  if (raw === undefined) throw new UsageError(`--entity says which ${field} is to be forgotten.`)
  const cleaned = cleanId(field, sources[0]!.fields[field]!, raw)
  if (cleaned !== undefined) return cleaned
  throw new MillraceError('INPUT_INVALID', `--entity is no ${field} of the view "${name}".`)
}
