import { join } from 'node:path'
import cardFraud from '@millrace/card-fraud'
import { startRedisServer } from '../../packages/platform/test/redis/redis-server.ts'
import { inTurn, mean, TURNS } from '../in-turn.ts'
import { CUSTOMERS, LOOKUP_NOW, TERMINALS, writeCardFraudStates } from '../lookup/states.ts'
import type { BenchOptions } from '../options.ts'
import { report } from '../report.ts'
import { BenchServer } from '../server-process.ts'

/**
 * A decision on an event, with the features of its two entities from Redis, beside inference of one row and an echo of
 * the same body: CPU of the server.
 */
export async function benchScore({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const redis = await startRedisServer()
  const ends: (() => Promise<void>)[] = [() => redis.stop()]
  try {
    await writeCardFraudStates(redis.url)
    const server = await BenchServer.start({
      program: join(import.meta.dirname, 'server.ts'),
      env: { REDIS_URL: redis.url },
      cpuProfiles: cpuProfiles && join(cpuProfiles, 'score'),
    })
    ends.unshift(() => server.stop())
    const requests = quick ? 4_000 : 40_000
    const perTurn = Math.ceil(requests / TURNS)
    const ask = (path: string, bodyOf: (i: number) => string) => () => server.cpuOf(path, perTurn, bodyOf, 0)
    const asked = [
      ask('/echo', eventBody),
      ask('/v2/models/card_fraud/infer', inferBody),
      ask('/v1/score', eventBody),
    ]
    // As many before, since code that is new is slow.
    await inTurn(asked)
    const [echo, infer, score] = (await inTurn(asked)).map(mean)
    report('score', 'echo.cpu', echo!, 'us/request')
    report('score', 'infer.rows_1.cpu', infer!, 'us/request')
    report('score', 'score.events_1.cpu', score!, 'us/request')
    report('score', 'score.over_infer', score! / infer!, 'ratio')
  } finally {
    for (const end of ends) await end()
  }
}

function eventBody(i: number): string {
  const customerId = String((i * 37) % CUSTOMERS)
  const terminalId = String((i * 41) % TERMINALS)
  return JSON.stringify({
    transactionId: `new-${i}`,
    customerId,
    terminalId,
    amount: 42.5,
    occurredAt: LOOKUP_NOW,
  })
}

function inferBody(i: number): string {
  const width = cardFraud.model.inputs.length
  const data = Array.from({ length: width }, (_, column) => ((i + column) % 100) + 0.5)
  return JSON.stringify({ inputs: [{ name: 'features', shape: [1, width], datatype: 'FP32', data }] })
}
