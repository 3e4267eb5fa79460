import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { untilReady } from '../../src/services/readiness.ts'

test('a service is waited for until it says that it is ready', async t => {
  let asked = 0
  const server = createServer((request, response) => {
    assert.equal(request.url, '/readyz')
    const isReady = ++asked === 3
    response.writeHead(isReady ? 200 : 503).end(JSON.stringify({ ready: isReady, reasons: [] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  await untilReady(port, () => {}, new AbortController().signal)
  assert.equal(asked, 3)
})

test('the wait for a service ends with the run', async () => {
  const port = 1
  await assert.rejects(
    untilReady(port, () => {}, AbortSignal.abort()),
    { name: 'AbortError' },
  )
})
