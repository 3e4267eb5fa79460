import { randomBytes } from 'node:crypto'
import { KEY_ID, readCallers, SCOPES, type Scope } from '@millrace/platform/http'
import { describeKeys } from '../keys/describe-keys.ts'
import { addCaller, removeCaller } from '../keys/edit-keys.ts'
import { type GivenOptions, readArguments, readNumber, readText, readTexts, readTime } from '../options.ts'
import { UsageError } from '../usage.ts'

const FILE = { file: { type: 'string' } } as const

const ACTIONS = {
  create: {
    options: {
      ...FILE,
      id: { type: 'string' },
      scope: { type: 'string', multiple: true },
      subject: { type: 'string' },
      rate: { type: 'string' },
      burst: { type: 'string' },
      expires: { type: 'string' },
    },
    run: create,
  },
  list: { options: FILE, run: list },
  revoke: { options: FILE, run: revoke },
} as const

/** `millrace keys create|list|revoke`: who may call the services. Answers the exit code. */
export async function keys([name = '', ...args]: readonly string[]): Promise<number> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name as keyof typeof ACTIONS] : undefined
  if (action === undefined) throw misused()
  const { values: given, positionals } = readArguments(args, action.options)
  const file = readText(given, 'file') ?? process.env['API_KEYS_FILE']
  if (file === undefined || file === '')
    throw new UsageError('--file, or API_KEYS_FILE, names the file of keys.')
  await action.run(file, given, positionals)
  return 0
}

function misused(): UsageError {
  return new UsageError(
    'Say what to do: millrace keys create, millrace keys list, or millrace keys revoke ID.',
  )
}

/** The key alone goes to standard output, for whatever keeps it. */
async function create(file: string, given: GivenOptions, positionals: readonly string[]): Promise<void> {
  if (positionals.length > 0) throw misused()
  const id = readText(given, 'id') ?? `key-${randomBytes(4).toString('hex')}`
  if (!KEY_ID.test(id)) throw new UsageError('--id must be small letters, digits and hyphens, at most 64.')
  const key = await addCaller(file, {
    id,
    scopes: scopesOf(given),
    subject: readText(given, 'subject'),
    ratePerSecond: readNumber(given, 'rate', { min: 0.001, whole: false }),
    burst: readNumber(given, 'burst', { min: 1 }),
    expires: readTime(given, 'expires'),
  })
  if (key === undefined) return console.error(`${id} is added to ${file}.`)
  console.error(`${id} is added to ${file}. Its key is shown this once:`)
  console.log(key)
}

function scopesOf(given: GivenOptions): readonly Scope[] {
  const scopes = [...new Set(readTexts(given, 'scope'))]
  if (scopes.length > 0 && scopes.every(scope => (SCOPES as readonly string[]).includes(scope)))
    return scopes as Scope[]
  throw new UsageError(`--scope says what the caller may do, once for each of ${SCOPES.join(', ')}.`)
}

async function list(file: string, _: GivenOptions, positionals: readonly string[]): Promise<void> {
  if (positionals.length > 0) throw misused()
  for (const line of describeKeys(await readCallers(file), Date.now())) console.log(line)
}

async function revoke(file: string, _: GivenOptions, [id, ...rest]: readonly string[]): Promise<void> {
  if (id === undefined || rest.length > 0) throw misused()
  await removeCaller(file, id)
  console.error(`${id} is revoked: services that read ${file} know it no longer within 2 s.`)
}
