import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '@millrace/core'
import type { SeededRandom } from '@millrace/testkit'
import type { Deployment } from '../harness/deployment.ts'
import { runDisturbed, type Trouble } from '../harness/disturbed-run.ts'
import type { RawRecord } from '../harness/raw-topics.ts'
import { backUpRedis, restoreRedis } from '../harness/redis-backup.ts'
import { SERVICES, type ServiceProcess } from '../harness/service-process.ts'

const SEEDS = Number(process.env['INTEGRITY_SEEDS'] ?? 1)
const SESSION_MS = seconds(6)

const troubles: Readonly<Record<string, Trouble>> = {
  'every service in turn is killed with SIGKILL': killInTurn,
  'a feature builder sleeps beyond its session and wakes up': sleepBeyondSession,
  'Redis is killed and loses its last second': loseLastSecond,
  'feature builders come and go, one, three and two': comeAndGo,
}

for (const [words, trouble] of Object.entries(troubles)) {
  for (let seed = 1; seed <= SEEDS; seed++) {
    test(`nothing is lost or counted twice when ${words} (seed ${seed})`, async t => {
      await runDisturbed(t, { seed, trouble, sessionTimeoutMs: SESSION_MS })
    })
  }
}

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`nothing is lost or counted twice when records come again and out of order (seed ${seed})`, async t => {
    const trouble = async (): Promise<void> => {}
    await runDisturbed(t, {
      seed,
      trouble,
      sessionTimeoutMs: SESSION_MS,
      order: 'arrival',
      deliver: disorder,
    })
  })
}

/** A third of the records come twice, the second time somewhere else among the others. */
function disorder(records: readonly RawRecord[], random: SeededRandom): readonly RawRecord[] {
  const repeats = records.filter(() => random.chance(0.3))
  return [...records, ...repeats]
    .map(record => ({ record, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ record }) => record)
}

/** The first of two builders stops, two more start, and one of three is killed. */
async function comeAndGo(deployment: Deployment, slice: number): Promise<void> {
  const running = (): ServiceProcess[] =>
    deployment.services.filter(service => service.name === 'feature-builder' && service.running)
  if (slice === 2) await running()[0]!.stop()
  if (slice === 5) await deployment.run('feature-builder', 'feature-builder')
  if (slice === 8) await running()[1]!.kill()
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

async function loseLastSecond(deployment: Deployment, slice: number): Promise<void> {
  if (slice !== 4 && slice !== 8) return
  const copy = await backUpRedis(deployment)
  await delay(seconds(1))
  await restoreRedis(deployment, copy)
}
