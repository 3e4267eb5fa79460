import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

const PIPELINE = [
  '--pipeline',
  fileURLToPath(new URL('../../../pipelines/card-fraud/pipeline.ts', import.meta.url)),
]

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function millrace(...args: readonly string[]): Promise<Result> {
  const { promise, resolve } = Promise.withResolvers<Result>()
  const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) =>
    resolve({ code: child.exitCode!, stdout, stderr }),
  )
  return promise
}

test('the help shows the usage on standard output, and nothing else', async () => {
  for (const args of [[], ['help'], ['--help'], ['start', '--help']]) {
    const { code, stdout, stderr } = await millrace(...args)
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^Usage: millrace <command>/)
  }
})

test('an unknown command or option is refused with the usage and exit code 2', async () => {
  const unknown = await millrace('stat')
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /^There is no command "stat"\.\n\nUsage: millrace/)
  const option = await millrace('down', '--force')
  assert.equal(option.code, 2)
  assert.match(option.stderr, /^Unknown option '--force'[\s\S]*Usage: millrace/)
})

test('serve takes the name of one service, or a path with models', async () => {
  const cases = [
    [[], /^serve needs one model file, or one folder of models\./],
    [['scorers'], /^"scorers" is none of the services ingestor, .*, and no file or folder of models\./],
    [['scorer', 'ingestor'], /^serve scorer takes nothing else: the environment says the rest\./],
    [['.', '--name', 'a/b'], /^--name must be of letters, digits, "_", "\." and "-", not "a\/b"\./],
    [['.', '--port', '65536'], /^--port must be a whole number from 0 to 65535, not "65536"\./],
  ] as const
  for (const [args, message] of cases) {
    const { code, stderr } = await millrace('serve', ...args)
    assert.equal(code, 2)
    assert.match(stderr, message)
  }
})

test('backfill says what it lacks', async () => {
  const input = await millrace('backfill', '--output', 'vectors')
  assert.deepStrictEqual(
    [input.code, input.stderr.split('\n')[0]],
    [2, '--input says which files or topics of events to read.'],
  )
  const output = await millrace('backfill', '--input', 'events.parquet')
  assert.deepStrictEqual(
    [output.code, output.stderr.split('\n')[0]],
    [2, '--output says which folder to write the vectors to.'],
  )
})

test('init takes one folder and no options', async () => {
  const option = await millrace('init', '--force')
  assert.deepStrictEqual([option.code, option.stderr.split('\n')[0]], [2, "Unknown option '--force'."])
  const folders = await millrace('init', 'a', 'b')
  assert.deepStrictEqual(
    [folders.code, folders.stderr.split('\n')[0]],
    [2, 'One folder is enough, not also "b".'],
  )
})

test('a pipeline file that is missing is named, without a stack trace', async () => {
  const { code, stderr } = await millrace('schemas', '--check', '--pipeline', '/no/pipeline.ts')
  assert.equal(code, 1)
  assert.equal(
    stderr,
    'CONFIG_INVALID: The pipeline file /no/pipeline.ts cannot be used: there is no such file.\n',
  )
})

test('the committed schemas are those of the declaration', async () => {
  assert.deepStrictEqual(await millrace('schemas', '--check'), { code: 0, stdout: '', stderr: '' })
})

test('features says what it lacks', async () => {
  const cases: [string[], string][] = [
    [[], 'Say what to do: millrace features get ENTITY, or millrace features explain ENTITY.'],
    [['explain'], 'Say what to do: millrace features get ENTITY, or millrace features explain ENTITY.'],
    [['explain', '7'], '--view says of which feature view the value is.'],
    [['explain', '7', '--view', 'customer'], '--feature says which value to explain.'],
    [['get', '7', '--json'], "Unknown option '--json'"],
  ]
  for (const [args, message] of cases) {
    const { code, stderr } = await millrace('features', ...args, ...(args[1] === '7' ? PIPELINE : []))
    assert.equal(code, 2)
    assert.ok(stderr.startsWith(message), stderr)
  }
})

test('parity and backfill refuse what they cannot read', async () => {
  const cases: [string[], string][] = [
    [['parity', '--sample', '2'], '--sample must be a number from 0 to 1, not "2".'],
    [['parity', '--scorer', 'localhost:3003'], '--scorer must be an address like http://127.0.0.1:3003, not'],
    [
      ['backfill', '--input', 'topic:sale', '--output', 'vectors', ...PIPELINE],
      '--input topic:sale: "sale" is none of the event types transaction, label.',
    ],
  ]
  for (const [args, message] of cases) {
    const { code, stderr } = await millrace(...args)
    assert.equal(code, 2)
    assert.ok(stderr.startsWith(message), stderr)
  }
})

test('entity erase says what it lacks, and which entity cannot be', async () => {
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [[], 2, 'Say what to do: millrace entity erase --view NAME --entity ID.'],
    [['erase'], 2, '--view says which view is to forget: customer, terminal.'],
    [['erase', '--view', 'card'], 2, '--view must be customer or terminal, not "card".'],
    [['erase', '--view', 'customer'], 2, '--entity says which customerId is to be forgotten.'],
    [
      ['erase', '--view', 'customer', '--entity', ' '],
      1,
      'INPUT_INVALID: --entity is no customerId of the view "customer".',
    ],
  ]
  for (const [args, code, words] of cases) {
    const ended = await millrace('entity', ...args)
    assert.deepStrictEqual([ended.code, ended.stderr.split('\n')[0]], [code, words])
  }
})
