import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { MillraceError } from '@millrace/core'
import type { Guard } from '@millrace/platform/local-stack'
import { Supervisor } from '../../src/services/supervisor.ts'
import { temporaryFile } from '../input/files.ts'

/** A service that tells its port, and ends when it is asked to or when its file named `end` is gone. */
const SERVICE = `
import { existsSync } from 'node:fs'
console.log(JSON.stringify({ level: 'info', msg: 'port ' + process.env.HTTP_PORT }))
process.on('SIGTERM', () => process.exit(0))
setInterval(() => existsSync(process.env.LIVES_WITH) || process.exit(3), 5)
`

interface Supervised {
  readonly supervisor: Supervisor
  readonly folder: string
  readonly watched: Set<number>
  readonly restarts: string[]
  readonly failure: Promise<MillraceError>
}

async function supervise(t: TestContext, livesWith: string): Promise<Supervised> {
  const main = await temporaryFile(t, 'service.ts', SERVICE)
  const folder = dirname(main)
  const watched = new Set<number>()
  const restarts: string[] = []
  const { promise: failure, resolve: onFailure } = Promise.withResolvers<MillraceError>()
  const guard = { watch: (pid: number) => watched.add(pid), unwatch: (pid: number) => watched.delete(pid) }
  const env = { ...process.env, LIVES_WITH: join(folder, livesWith) }
  const spec = { name: 'scorer', service: 'scorer', main, port: 4711, logFile: join(folder, 'log'), env }
  const options = {
    guard: guard as unknown as Guard,
    onRestart: (text: string) => restarts.push(text),
    onFailure,
  }
  const supervisor = await Supervisor.start(spec, options)
  t.after(() => supervisor.stop())
  return { supervisor, folder, watched, restarts, failure }
}

test('a service that ends is started again once, and then fails the run with the end of its log', async t => {
  const { restarts, failure, watched } = await supervise(t, 'never-there')
  const { code, message } = await failure
  assert.equal(code, 'SERVICE_ENDED')
  assert.match(
    message,
    /^scorer ended \(exit code 3\); the end of its log, .*log:\n {2}info: port 4711\n {2}info: port 4711$/,
  )
  assert.equal(restarts.length, 1)
  assert.match(restarts[0]!, /\n {2}info: port 4711\nscorer is started again\.$/)
  assert.equal(watched.size, 0)
})

test('a service that is stopped is not started again', async t => {
  const { supervisor, folder, watched, restarts } = await supervise(t, 'service.ts')
  assert.equal(watched.size, 1)
  const log = join(folder, 'log')
  while ((await readFile(log, 'utf8')) === '') await delay(5)
  await supervisor.stop()
  assert.deepStrictEqual([watched.size, restarts], [0, []])
})
