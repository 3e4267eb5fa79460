import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startGuard } from '../../src/local-stack/guard.ts'
import { identify, isAlive } from '../../src/local-stack/process-identity.ts'
import { idleProcess, temporaryFolder, whenGone } from './helpers.ts'

const GUARD = fileURLToPath(new URL('../../src/local-stack/guard.ts', import.meta.url))

/** A parent that puts an idle child and a folder under a guard, and then waits for its end. */
const PARENT = `
  import { spawn } from 'node:child_process'
  import { startGuard } from ${JSON.stringify(GUARD)}
  const guard = startGuard()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  guard.watch(child.pid)
  guard.removeAtEnd(process.argv[1])
  console.log(child.pid)
`

async function startParent(
  t: TestContext,
  folder: string,
): Promise<{ parent: ChildProcess; childPid: number }> {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => parent.kill('SIGKILL'))
  const [line] = await once(createInterface({ input: parent.stdout! }), 'line')
  return { parent, childPid: Number(line) }
}

async function whenRemoved(path: string): Promise<void> {
  while (await exists(path)) await delay(20)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
  test(`a parent that ends by ${signal} leaves neither its child nor its folder`, async t => {
    const folder = join(await temporaryFolder(t), 'data')
    await mkdir(join(folder, 'deep'), { recursive: true })
    const { parent, childPid } = await startParent(t, folder)
    const child = identify(childPid)!
    t.after(() => isAlive(child) && process.kill(childPid, 'SIGKILL'))
    parent.kill(signal)
    await whenGone(child)
    await whenRemoved(folder)
  })
}

test('close ends what is watched and nothing else', async t => {
  const [watched, unwatched] = [await idleProcess(t), await idleProcess(t)]
  const guard = startGuard()
  guard.watch(watched.pid)
  guard.watch(unwatched.pid)
  guard.unwatch(unwatched.pid)
  await guard.close()
  assert.deepEqual([isAlive(watched), isAlive(unwatched)], [false, true])
})

test('commands run at the end, the last given first, and a failing one stops nothing', async t => {
  const file = join(await temporaryFolder(t), 'notes')
  const guard = startGuard()
  guard.runAtEnd('sh', ['-c', `echo first >> ${file}`])
  guard.runAtEnd('sh', ['-c', 'exit 1'])
  guard.runAtEnd('sh', ['-c', `echo last >> ${file}`])
  await guard.close()
  assert.equal(await readFile(file, 'utf8'), 'last\nfirst\n')
})

test('release leaves everything as it is', async t => {
  const folder = await temporaryFolder(t)
  const idle = await idleProcess(t)
  const guard = startGuard()
  guard.watch(idle.pid)
  guard.removeAtEnd(folder)
  await guard.release()
  assert.equal(isAlive(idle), true)
  assert.equal(await exists(folder), true)
})
