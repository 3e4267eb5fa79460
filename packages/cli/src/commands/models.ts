import { CANARY, CHAMPION } from '@millrace/core'
import { diffModels } from '../models/diff-models.ts'
import { listModels } from '../models/list-models.ts'
import { CONTEXT_OPTIONS, type ModelContext, openContext, versionOf } from '../models/model-context.ts'
import { promoteModel } from '../models/promote-model.ts'
import { rollBackModel } from '../models/roll-back-model.ts'
import { showModel } from '../models/show-model.ts'
import { type GivenOptions, readArguments, readNumber, readText } from '../options.ts'
import { UsageError } from '../usage.ts'

interface Action {
  /** How many versions are named, at least and at most. */
  readonly versions: readonly [min: number, max: number]
  readonly options: Readonly<Record<string, { readonly type: 'string' }>>
  run(context: ModelContext, versions: readonly string[], given: GivenOptions): Promise<string[]>
}

const ALIAS = { alias: { type: 'string' } } as const

const ACTIONS: Readonly<Record<string, Action>> = {
  list: { versions: [0, 0], options: {}, run: listModels },
  show: {
    versions: [0, 1],
    options: {},
    run: async (context, [version = `@${CHAMPION}`]) => showModel(context, await versionOf(context, version)),
  },
  promote: { versions: [1, 1], options: { ...ALIAS, share: { type: 'string' } }, run: promote },
  rollback: {
    versions: [0, 0],
    options: ALIAS,
    run: (context, _, given) => rollBackModel(context, readText(given, 'alias') ?? CHAMPION),
  },
  diff: {
    versions: [2, 2],
    options: {},
    run: async (context, versions) => {
      const [a, b] = await Promise.all(versions.map(version => versionOf(context, version)))
      return diffModels(context, a!, b!)
    },
  },
}

/** `millrace models list|show|promote|rollback|diff`: the versions of a model and their roles. Answers the exit code. */
export async function models([name = '', ...args]: readonly string[]): Promise<number> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (action === undefined) throw misused()
  const { values: given, positionals } = readArguments(args, { ...CONTEXT_OPTIONS, ...action.options })
  const [min, max] = action.versions
  if (positionals.length < min || positionals.length > max) throw misused()
  readShare(given)
  const context = await openContext(given, process.env)
  for (const line of await action.run(context, positionals, given)) console.log(line)
  return 0
}

async function promote(
  context: ModelContext,
  [argument]: readonly string[],
  given: GivenOptions,
): Promise<string[]> {
  const alias = readText(given, 'alias') ?? CHAMPION
  const version = await versionOf(context, argument!)
  return promoteModel(context, { version, alias, share: readShare(given) })
}

function readShare(given: GivenOptions): number | undefined {
  const share = readNumber(given, 'share', { min: 0, max: 1, whole: false })
  if (share === undefined || given['alias'] === CANARY) return share
  throw new UsageError(`--share goes with --alias ${CANARY}.`)
}

function misused(): UsageError {
  return new UsageError(
    'Say what to do: millrace models list, show [VERSION], promote VERSION, rollback, or diff VERSION VERSION.',
  )
}
