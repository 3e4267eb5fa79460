import { type TestContext, test } from 'node:test'
import { minutes, seconds } from '@millrace/core'
import type { PartName } from '@millrace/platform/local-stack'
import type { Deployment } from '../harness/deployment.ts'
import { runDisturbed } from '../harness/disturbed-run.ts'
import { keepVigil } from '../harness/vigil.ts'

/** The slice after which a part goes away, and the one after which it comes back. */
const AWAY_AFTER = 4
const BACK_BEFORE = 9
const SESSION_MS = seconds(6)

/** What `/readyz` says of a part that is away; a service at work does not need the registry. */
const REASONS: Readonly<Record<PartName, RegExp | 'none'>> = {
  kafka: /^kafka/,
  redis: /^redis/,
  registry: 'none',
}

const lengths = [seconds(20), ...(process.env['TROUBLE_LONG'] === '1' ? [minutes(5)] : [])]

for (const part of Object.keys(REASONS) as PartName[]) {
  for (const lastsMs of lengths) {
    test(`nothing is lost or counted twice when ${part} is away for ${lastsMs / 1_000} s`, async t => {
      let vigil: Promise<void> | undefined
      await runDisturbed(t, {
        seed: 1,
        sessionTimeoutMs: SESSION_MS,
        trouble: async (deployment, slice) => {
          if (slice === AWAY_AFTER) vigil = takeAway(t, deployment, part, lastsMs)
          // Without Kafka nothing can be produced; whatever else is away, events go on coming.
          if (slice === (part === 'kafka' ? AWAY_AFTER : BACK_BEFORE)) await vigil
        },
      })
    })
  }

  test(`nothing is lost or counted twice when ${part} is restarted`, async t => {
    await runDisturbed(t, {
      seed: 2,
      sessionTimeoutMs: SESSION_MS,
      trouble: async ({ stack }, slice) => {
        if (slice === AWAY_AFTER) await stack.parts[part].restart()
      },
    })
  })
}

function takeAway(t: TestContext, deployment: Deployment, part: PartName, lastsMs: number): Promise<void> {
  const { stack, services } = deployment
  return keepVigil(t, {
    services,
    reason: REASONS[part],
    lastsMs,
    begin: () => stack.parts[part].kill(),
    end: () => stack.parts[part].restart(),
  })
}
