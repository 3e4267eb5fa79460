import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { docker, volumesOf } from '../harness/docker.ts'
import { containersAreThere } from '../harness/open-stack.ts'

/** Opens a stack as a test does, says which containers it has, and waits for its end. */
const RUN = `
  import { openStack } from '${import.meta.resolve('../harness/open-stack.ts')}'
  const { parts } = await openStack()
  const containers = Object.values(parts).flatMap(part => part.handle()?.container ?? [])
  console.log(JSON.stringify({ containers }))
  setInterval(() => {}, 1000)
`

const skip = !(await containersAreThere()) && 'the stack of the tests runs as processes'

test('a test run that is killed leaves no container and no volume', { skip }, async t => {
  const { run, containers } = await startRun(t)
  if (containers.length === 0) return t.skip('the engine has no images')
  const volumes = await volumesOf(containers)
  assert.notEqual(volumes.length, 0)
  run.kill('SIGKILL')
  await whenGone([...containers, ...volumes])
})

async function startRun(
  t: TestContext,
): Promise<{ readonly run: ChildProcess; readonly containers: readonly string[] }> {
  const run = spawn(process.execPath, ['--input-type=module', '-e', RUN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => run.kill('SIGKILL'))
  const ended = once(run, 'exit').then(() => assert.fail('the run ended before it was killed'))
  const lines = createInterface({ input: run.stdout! })
  const said = (async () => {
    for await (const line of lines) if (line.startsWith('{')) return JSON.parse(line)
  })()
  const { containers } = await Promise.race([said, ended])
  ended.catch(() => {})
  return { run, containers }
}

/** Resolves when the engine knows none of these containers and volumes any more. */
async function whenGone(names: readonly string[]): Promise<void> {
  while ((await Promise.all(names.map(isKnown))).some(Boolean)) await delay(100)
}

function isKnown(name: string): Promise<boolean> {
  return docker('inspect', name).then(
    () => true,
    () => false,
  )
}
