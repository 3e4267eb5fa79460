import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@millrace/testkit'
import { call } from './callers.ts'
import { ModelServer } from './model-server.ts'

const REQUESTS = Number(process.env['REQUESTS'] ?? 20_000)
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1)

test(`${REQUESTS} requests of random sizes, a tenth of them given up, get their own answers`, async t => {
  const server = await ModelServer.start(t)
  const random = new SeededRandom(SEED)
  let left = REQUESTS
  while (left > 0) {
    const connections = random.integer(1, 64)
    let round = Math.min(left, REQUESTS / 10)
    left -= round
    const { faults, answered, cancelled } = await call({
      port: server.port,
      connections,
      random,
      maxRows: 40,
      cancelled: 0.1,
      goOn: () => round-- > 0,
    })
    assert.deepStrictEqual(faults, [], `seed ${SEED}`)
    t.diagnostic(`${connections} connections: ${answered} answered, ${cancelled} given up`)
  }
})
