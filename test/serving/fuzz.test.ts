import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@millrace/testkit'
import { fuzzedRequest } from './fuzzed-request.ts'
import { ModelServer } from './model-server.ts'
import { RawConnection } from './raw-connection.ts'

const BODIES = Number(process.env['BODIES'] ?? 10_000)
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1)
const CONNECTIONS = 16
/** Of requests that ask for less time than anything takes. */
const TIMED_OUT = 504
/** Of this share of the requests the server has what it keeps for good. */
const WARM = 0.2

test(`${BODIES} requests with odd bodies and headers crash, fail and fill no server`, async t => {
  const server = await ModelServer.start(t)
  const random = new SeededRandom(SEED)
  const tally = new Map<number, number>()
  await fuzz(server, random, BODIES * WARM, tally)
  const early = await server.memory()
  await fuzz(server, random, BODIES * (1 - WARM), tally)
  const late = await server.memory()
  const counts = [...tally].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`)
  t.diagnostic(
    `${counts.join(', ')}; ${(early / 1e6).toFixed(0)} MB early, ${(late / 1e6).toFixed(0)} MB late`,
  )
  assert.ok(tally.has(200) && tally.has(400), 'right and wrong requests were among them')
  assert.ok(late < early * 1.2, `${late} bytes, ${early} before`)
  assert.deepEqual(await scored(server), [0, 1, -19, 20])
})

async function fuzz(
  server: ModelServer,
  random: SeededRandom,
  requests: number,
  tally: Map<number, number>,
): Promise<void> {
  let left = Math.round(requests)
  const caller = async (): Promise<void> => {
    const connection = new RawConnection(server.port)
    while (left-- > 0) {
      const request = fuzzedRequest(random)
      for (const { status, body } of await connection.ask(request)) {
        tally.set(status, (tally.get(status) ?? 0) + 1)
        const words = `seed ${SEED}: ${status} ${body}\n${request.bytes.toString('latin1').slice(0, 1_000)}`
        assert.ok((status >= 200 && status < 500) || status === TIMED_OUT, words)
        if (status >= 400) assert.match(body, /^{"error":".*"}$/, words)
      }
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, caller))
}

/** What the server answers for the rows [1, 0] and [10, 1]. */
async function scored({ port }: ModelServer): Promise<readonly number[]> {
  const features = { name: 'features', shape: [2, 2], datatype: 'FP32', data: [1, 0, 10, 1] }
  const response = await fetch(`http://127.0.0.1:${port}/v2/models/linear/infer`, {
    method: 'POST',
    body: JSON.stringify({ inputs: [features] }),
  })
  const { outputs } = (await response.json()) as { outputs: readonly [{ data: readonly number[] }] }
  return outputs[0].data
}
