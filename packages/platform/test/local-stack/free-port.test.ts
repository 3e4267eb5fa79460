import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, Server } from 'node:net'
import { type TestContext, test } from 'node:test'
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

test('a machine without a free port is told so, with what can be done', async t => {
  giveOnly(t, 0)
  await assert.rejects(freePorts(1), {
    code: 'STACK_START_FAILED',
    message:
      'This machine gives no free port of 127.0.0.1: listen EADDRINUSE: address already in use 127.0.0.1. ' +
      'End processes that hold many connections, or raise the limit of open files.',
  })
})

test('where one port is missing, the others are let go', async t => {
  const held = giveOnly(t, 2)
  await assert.rejects(freePorts(3), {
    message: /^This machine gives fewer than 3 free ports of 127\.0\.0\.1: /,
  })
  assert.deepEqual(
    held.map(server => server.listening),
    [false, false],
  )
})

/** Lets the machine have so many ports and no more; answers the servers that got one. */
function giveOnly(t: TestContext, count: number): readonly Server[] {
  const held: Server[] = []
  const listen = Server.prototype.listen as (this: Server, port: number, host: string) => Server
  t.mock.method(Server.prototype, 'listen', function (this: Server, port: number, host: string) {
    if (held.length < count) {
      held.push(this)
      return listen.call(this, port, host)
    }
    const fault = new Error(`listen EADDRINUSE: address already in use ${host}`)
    process.nextTick(() => this.emit('error', Object.assign(fault, { code: 'EADDRINUSE' })))
    return this
  })
  return held
}
