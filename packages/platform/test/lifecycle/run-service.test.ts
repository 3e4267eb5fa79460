import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'

const FIXTURE = new URL('./fixtures/service.ts', import.meta.url).pathname
const STARTED = 'started {"ready":true,"reasons":[],"degraded":[]}'
const CLOSING = 'closing {"ready":false,"reasons":["shutdown: in progress"],"degraded":[]}'

interface Ending {
  readonly exitCode: number | null
  readonly told: readonly string[]
  /** Messages of the log, each with the error's. */
  readonly logged: readonly string[]
}

/** Runs the fixture in a process of its own, sends it `signal` once it has started, and waits for its end. */
async function run(t: TestContext, behaviour: string, signal?: NodeJS.Signals): Promise<Ending> {
  const child = spawn(process.execPath, [FIXTURE, behaviour], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  const told: string[] = []
  createInterface(child.stderr).on('line', line => {
    told.push(line)
    if (signal !== undefined && line.startsWith('started')) child.kill(signal)
  })
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  const logged = output
    .split('\n')
    .filter(Boolean)
    .map(line => messageOf(JSON.parse(line)))
  return { exitCode, told, logged }
}

interface LogLine {
  readonly msg: string
  readonly err?: { readonly message: string }
  readonly remaining?: readonly string[]
}

function messageOf({ msg, err, remaining }: LogLine): string {
  return `${msg}${err === undefined ? '' : `: ${err.message}`}${remaining ? ` [${remaining}]` : ''}`
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} closes the service and the exit code is 0`, async t => {
    assert.deepStrictEqual(await run(t, 'stop', signal), {
      exitCode: 0,
      told: [STARTED, CLOSING],
      logged: ['stopping', 'stopped'],
    })
  })
}

test('a signal that comes twice at once is one', async t => {
  const { exitCode, told } = await run(t, 'signalled at once again', 'SIGTERM')
  assert.deepStrictEqual({ exitCode, told }, { exitCode: 0, told: [STARTED, CLOSING] })
})

test('a second signal ends the process at once, and the log has what remains', async t => {
  assert.deepStrictEqual(await run(t, 'signalled later again', 'SIGTERM'), {
    exitCode: 1,
    told: [STARTED, CLOSING],
    logged: ['stopping', 'ended at once by another signal [the work]'],
  })
})

test('a service that cannot start is reported and the exit code is 1', async t => {
  assert.deepStrictEqual(await run(t, 'fail at start'), {
    exitCode: 1,
    told: [],
    logged: ['the service cannot go on: no start', 'stopped'],
  })
})

test('a service that fails at work is closed and the exit code is 1', async t => {
  const { exitCode, told, logged } = await run(t, 'fail at work')
  assert.deepStrictEqual(
    { exitCode, closed: told.includes(CLOSING), logged },
    { exitCode: 1, closed: true, logged: ['the service cannot go on: no work', 'stopped'] },
  )
})

test('a failing close is reported and the exit code is 1', async t => {
  const { exitCode, logged } = await run(t, 'fail at close', 'SIGTERM')
  assert.deepStrictEqual(
    { exitCode, logged },
    { exitCode: 1, logged: ['stopping', 'closing failed: no close', 'stopped'] },
  )
})

test('a close beyond its deadline ends with exit code 1', async t => {
  const { exitCode, logged } = await run(t, 'hang at close', 'SIGTERM')
  assert.deepStrictEqual(
    { exitCode, logged },
    { exitCode: 1, logged: ['stopping', 'closing took too long [the work]', 'stopped'] },
  )
})

for (const [behaviour, message] of [
  ['throw', 'uncaught'],
  ['reject', 'unhandled'],
] as const) {
  test(`an ${message} error is logged and ends the process with exit code 1`, async t => {
    const { exitCode, logged } = await run(t, behaviour)
    assert.deepStrictEqual(
      { exitCode, logged },
      { exitCode: 1, logged: [`an error reached nobody: ${message}`] },
    )
  })
}
