import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { InstallContext } from '../../src/local-stack/part.ts'
import { identify, isAlive, type ProcessIdentity } from '../../src/local-stack/process-identity.ts'

/** A folder that is removed at the end of the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Writes an executable shell script. */
export async function fakeProgram(folder: string, name: string, script: string): Promise<void> {
  const file = join(folder, name)
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
}

/** A process that leads its own group, says when it is ready, and then idles until it is ended. */
export async function idleProcess(
  t: TestContext,
  before = '',
): Promise<ProcessIdentity & { child: ChildProcess }> {
  const script = `${before}; console.log('ready'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return { ...identify(child.pid!)!, child }
}

export async function whenGone(identity: ProcessIdentity): Promise<void> {
  while (isAlive(identity)) await delay(20)
}

/** A context that installs into `folder` and sees only the programs in it. */
export function contextIn(
  folder: string,
  env: Record<string, string> = {},
): InstallContext & { reports: string[] } {
  const reports: string[] = []
  return {
    cacheDir: join(folder, 'cache'),
    env: { PATH: folder, ...env },
    report: (state, detail) => reports.push(`${state}: ${detail}`),
    reports,
  }
}
