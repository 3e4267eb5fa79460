import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '@millrace/core'
import type { PartName } from '@millrace/platform/local-stack'
import { SeededRandom } from '@millrace/testkit'
import type { Deployment } from '../harness/deployment.ts'
import { runDisturbed } from '../harness/disturbed-run.ts'
import { keepVigil } from '../harness/vigil.ts'

const SESSION_MS = seconds(6)

for (const part of ['kafka', 'redis'] as const) {
  test(`nothing is lost or counted twice when the disk of ${part} is so slow that it stands for seconds`, async t => {
    await runDisturbed(t, {
      seed: 3,
      sessionTimeoutMs: SESSION_MS,
      trouble: async (deployment, slice) => {
        if (slice % 3 === 1) await standStill(deployment, [part], seconds(slice === 7 ? 12 : 3))
      },
    })
  })
}

test('nothing is lost or counted twice when the one disk under Kafka and Redis is slow for a minute', async t => {
  let vigil: Promise<void> | undefined
  await runDisturbed(t, {
    seed: 4,
    sessionTimeoutMs: SESSION_MS,
    trouble: async (deployment, slice) => {
      if (slice === 2) vigil = slowDown(t, deployment, seconds(60))
      if (slice === 10) await vigil
    },
  })
})

/** Events flow on meanwhile; the services need not stay ready, but they live and become ready again. */
function slowDown(t: TestContext, deployment: Deployment, lastsMs: number): Promise<void> {
  const recovered = new AbortController()
  t.after(() => recovered.abort())
  let stutter: Promise<void> | undefined
  return keepVigil(t, {
    services: deployment.services,
    reason: 'any',
    lastsMs,
    begin: async () => {
      stutter = standAgainAndAgain(deployment, recovered.signal)
    },
    end: async () => {
      recovered.abort()
      await stutter
    },
  })
}

/** Both stand still together for nine tenths of the time, up to two seconds at once. */
async function standAgainAndAgain(deployment: Deployment, recovered: AbortSignal): Promise<void> {
  const random = new SeededRandom(4)
  while (!recovered.aborted) {
    const forMs = random.integer(200, 2_000)
    await standStill(deployment, ['kafka', 'redis'], forMs)
    await delay(forMs / 9)
  }
}

/** As servers look from outside that wait for their disk: connected, and silent. */
async function standStill({ stack }: Deployment, parts: readonly PartName[], forMs: number): Promise<void> {
  await Promise.all(parts.map(part => stack.parts[part].pause()))
  await delay(forMs)
  await Promise.all(parts.map(part => stack.parts[part].resume()))
}
