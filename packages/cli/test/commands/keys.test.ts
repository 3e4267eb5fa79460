import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** `millrace keys` with a file of keys of its own. */
function keysOf(t: TestContext): { file: string; keys: (...args: readonly string[]) => Promise<Result> } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-keys-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'keys.json')
  const keys = (...args: readonly string[]): Promise<Result> => {
    const { promise, resolve } = Promise.withResolvers<Result>()
    const env = { ...process.env, API_KEYS_FILE: file }
    const child = execFile(process.execPath, [MAIN, 'keys', ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode!, stdout, stderr }),
    )
    return promise
  }
  return { file, keys }
}

test('a key is printed once, and only its hash is kept, for the owner of the file alone', async t => {
  const { file, keys } = keysOf(t)
  const { code, stdout, stderr } = await keys('create', '--id', 'risk', '--scope', 'score')
  assert.deepStrictEqual([code, stderr], [0, `risk is added to ${file}. Its key is shown this once:\n`])
  assert.match(stdout, /^millrace_risk_[\w-]{43}\n$/)
  const stored = readFileSync(file, 'utf8')
  assert.ok(!stored.includes(stdout.trim().slice('millrace_risk_'.length)))
  assert.match(JSON.parse(stored).callers[0].hash, /^sha256:/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('callers are listed with what they may do, and are gone when they were revoked', async t => {
  const { keys } = keysOf(t)
  assert.equal((await keys('list')).stdout, 'There is no caller yet: add one with "millrace keys create".\n')
  const limits = ['--rate', '50', '--burst', '100', '--expires', '2020-01-01']
  await keys('create', '--id', 'risk', '--scope', 'score', '--scope', 'read-features', ...limits)
  await keys('create', '--id', 'mesh', '--scope', 'score', '--subject', 'O=Bank,CN=mesh')
  assert.deepStrictEqual((await keys('list')).stdout.split('\n'), [
    'id    known by                    scopes                rate               expires',
    'risk  key                         score, read-features  50/s, 100 at once  2020-01-01T00:00:00.000Z (expired)',
    'mesh  certificate O=Bank,CN=mesh  score                 as everybody       never',
    '',
  ])
  assert.equal((await keys('revoke', 'risk')).code, 0)
  assert.match((await keys('list')).stdout, /^id .*\nmesh .*\n$/)
})

test('an id that is taken, and one that nobody has, are refused', async t => {
  const { file, keys } = keysOf(t)
  await keys('create', '--id', 'risk', '--scope', 'score')
  const taken = await keys('create', '--id', 'risk', '--scope', 'score')
  const unknown = await keys('revoke', 'nobody')
  assert.deepStrictEqual(
    [taken.code, taken.stderr, unknown.code, unknown.stderr],
    [
      1,
      `INPUT_INVALID: ${file} has a caller risk: give another --id, or revoke it.\n`,
      1,
      `INPUT_INVALID: ${file} has no caller nobody: "millrace keys list" shows them.\n`,
    ],
  )
})

test('a caller without a scope, with an unknown one or with an unfit id is refused with the usage', async t => {
  const { keys } = keysOf(t)
  const misused = [
    await keys(),
    await keys('create'),
    await keys('create', '--scope', 'root'),
    await keys('create', '--scope', 'score', '--id', 'Risk_1'),
    await keys('revoke'),
  ]
  assert.deepStrictEqual(
    misused.map(({ code, stderr }) => [code, stderr.split(':')[0]]),
    [
      [2, 'Say what to do'],
      [
        2,
        '--scope says what the caller may do, once for each of score, read-features, write-features, administer-models, read-metrics.\n\nUsage',
      ],
      [
        2,
        '--scope says what the caller may do, once for each of score, read-features, write-features, administer-models, read-metrics.\n\nUsage',
      ],
      [2, '--id must be small letters, digits and hyphens, at most 64.\n\nUsage'],
      [2, 'Say what to do'],
    ],
  )
})
