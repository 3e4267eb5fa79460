import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { startLocalStack } from '@millrace/platform/local-stack'

const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts')
const NO_ADDRESSES = { KAFKA_BROKERS: '', REDIS_URL: '', SCHEMA_REGISTRY_URL: '' }

/** A network of its own whose system gives the ports of `$0`, first and last, to those that ask for any. */
const WITH_PORTS = 'ip link set lo up && echo "$0" >/proc/sys/net/ipv4/ip_local_port_range && exec "$@"'

const possible = (await runWithPorts('40000 40000', ['true'])).code === 0
const skip = possible ? false : 'this machine gives no network with a port range of its own'

before(async () => {
  if (possible) await fillCache()
})

for (const command of [['start', '--events', '1'], ['up']]) {
  test(`millrace ${command[0]} without enough free ports says so and leaves nothing`, { skip }, async t => {
    const folder = await temporaryFolder(t)
    const result = await runWithPorts('40000 40002', [process.execPath, MAIN, ...command], folder)
    assert.deepEqual(result, {
      code: 1,
      output:
        'STACK_START_FAILED: This machine gives fewer than 4 free ports of 127.0.0.1: listen EADDRINUSE: address ' +
        'already in use 127.0.0.1. End processes that hold many connections, or raise the limit of open files.\n',
    })
    assert.deepEqual((await readdir(folder, { recursive: true })).filter(isNoFolderOfUp), [])
  })
}

/** Within such a network nothing can be downloaded. */
async function fillCache(): Promise<void> {
  const stack = await startLocalStack({ env: { ...process.env, ...NO_ADDRESSES } })
  await stack.stop()
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** `up` makes the folder of its state file before all else. */
function isNoFolderOfUp(name: string): boolean {
  return name !== '.millrace'
}

/** Runs a command in `cwd`, which is its temporary folder as well; answers what it wrote on both outputs. */
async function runWithPorts(
  range: string,
  command: readonly string[],
  cwd = tmpdir(),
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { promise, resolve: done } = Promise.withResolvers<{ code: number | null; output: string }>()
  const env = { ...process.env, ...NO_ADDRESSES, TMPDIR: cwd }
  const args = ['--map-root-user', '--net', 'sh', '-c', WITH_PORTS, range, ...command]
  const child = execFile('unshare', args, { cwd, env }, (_, stdout, stderr) =>
    done({ code: child.exitCode, output: stdout + stderr }),
  )
  return promise
}
