import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { freePorts } from '../../src/local-stack/free-port.ts'

test('freePorts gives different ports', async () => {
  assert.equal(new Set(await freePorts(20)).size, 20)
})

test('a free port can be listened on', async t => {
  const [port] = await freePorts(1)
  const server = createServer().listen(port, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
})
