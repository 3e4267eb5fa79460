import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '@millrace/core'
import type { SeededRandom } from '@millrace/testkit'
import type { Deployment } from '../harness/deployment.ts'
import { runDisturbed, type Trouble } from '../harness/disturbed-run.ts'
import { SERVICES } from '../harness/service-process.ts'

const SEEDS = Number(process.env['INTEGRITY_SEEDS'] ?? 1)
const SESSION_MS = seconds(6)

const troubles: Readonly<Record<string, Trouble>> = {
  'every service in turn is killed with SIGKILL': killInTurn,
  'a feature builder sleeps beyond its session and wakes up': sleepBeyondSession,
  'Redis is killed and loses its last second': loseLastSecond,
}

for (const [words, trouble] of Object.entries(troubles)) {
  for (let seed = 1; seed <= SEEDS; seed++) {
    test(`nothing is lost or counted twice when ${words} (seed ${seed})`, async t => {
      await runDisturbed(t, { seed, trouble, sessionTimeoutMs: SESSION_MS })
    })
  }
}

async function killInTurn(deployment: Deployment, slice: number, random: SeededRandom): Promise<void> {
  const name = SERVICES[slice % SERVICES.length]!
  await delay(random.integer(0, 500))
  const victim = deployment.services.find(service => service.name === name)!
  await victim.kill()
  await delay(random.integer(0, 300))
  victim.restart()
  await victim.ready()
}

async function sleepBeyondSession(deployment: Deployment, slice: number): Promise<void> {
  if (slice !== 3 && slice !== 7) return
  const sleepers = deployment.services.filter(service => service.name === 'feature-builder')
  const sleeper = sleepers[slice === 3 ? 0 : 1]!
  sleeper.signal('SIGSTOP')
  await delay(SESSION_MS + seconds(3))
  sleeper.signal('SIGCONT')
}

async function loseLastSecond({ stack }: Deployment, slice: number): Promise<void> {
  if (slice !== 4 && slice !== 8) return
  const live = join(stack.dataDir, 'redis')
  const copy = join(stack.dataDir, 'redis-a-second-ago')
  await cp(live, copy, { recursive: true })
  await delay(seconds(1))
  await stack.parts.redis.kill()
  await rm(live, { recursive: true })
  await cp(copy, live, { recursive: true })
  await rm(copy, { recursive: true })
  await stack.parts.redis.restart()
}
