import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { needs } from '../../../src/http/auth/guard-routes.ts'
import { createHttpApp } from '../../../src/http/http-app.ts'
import type { HttpLimits } from '../../../src/http/limits/http-limits.ts'
import { Health } from '../../../src/lifecycle/health.ts'
import { createRegistry } from '../../../src/metrics/registry.ts'

/** A server, and connections to it that are closed with the test. */
async function serve(t: TestContext, limits: Partial<HttpLimits>): Promise<() => Promise<Socket>> {
  const app = createHttpApp({
    metrics: createRegistry({ service: 'test' }),
    health: new Health(),
    edge: { limits },
  })
  app.post('/echo', needs('open'), ({ body }) => body)
  app.get('/large', needs('open'), () => Buffer.alloc(64 * 1_048_576))
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const sockets: Socket[] = []
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await app.close()
  })
  return async () => {
    const socket = connect(Number(port), '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
}

/** Sends one byte of `endless` after another for as long as the server listens. */
function drip(socket: Socket, endless: string): void {
  let at = 0
  const drops = setInterval(() => socket.write(endless[at++ % endless.length]!), 20)
  socket.on('close', () => clearInterval(drops)).on('error', () => clearInterval(drops))
}

const STALLED: readonly (readonly [string, string, string])[] = [
  ['nothing', '', ''],
  ['headers byte by byte', 'GET /livez HTTP/1.1\r\n', 'x-slow: 1\r\n'],
  ['a body byte by byte', 'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n', 'x'],
  [
    'chunks byte by byte',
    'POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n',
    '1\r\nx\r\n',
  ],
]

for (const [what, head, endless] of STALLED) {
  test(`who sends ${what} is answered by 408 and cut off, while others are answered`, async t => {
    const open = await serve(t, { headersTimeout: 300, requestTimeout: 500 })
    const slow = await Promise.all(Array.from({ length: 20 }, open))
    const answers = slow.map(socket => text(socket))
    for (const socket of slow) {
      socket.write(head)
      if (endless !== '') drip(socket, endless)
    }
    const quick = await open()
    quick.end('GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    assert.match(await text(quick), /^HTTP\/1\.1 200 OK\r\n/)
    for (const answer of await Promise.all(answers)) {
      assert.match(answer, /^HTTP\/1\.1 408 .*"The request did not arrive in time\."\}$/s)
    }
  })
}

test('who does not read his answer is cut off', async t => {
  const open = await serve(t, { answerTimeout: 300 })
  const socket = await open()
  socket.pause()
  socket.write('GET /large HTTP/1.1\r\nhost: a\r\n\r\n')
  socket.on('error', () => {})
  const closed = new Promise(resolve => socket.on('close', resolve))
  await untilRefused(socket)
  socket.resume()
  await closed
  assert.ok(socket.bytesRead < 64 * 1_048_576)
})

/** Writing to a connection that the other side has cut off fails. */
async function untilRefused(socket: Socket): Promise<void> {
  while (!socket.destroyed && socket.writable) {
    socket.write('GET /livez HTTP/1.1\r\nhost: a\r\n\r\n')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

test('a connection that rests too long between two requests is closed', async t => {
  const socket = await (await serve(t, { keepAliveTimeout: 100 }))()
  socket.write('GET /livez HTTP/1.1\r\nhost: a\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n.*\{"live":true\}$/s)
})

test('a connection too many is closed at once, and another is let in when one has gone', async t => {
  const open = await serve(t, { connections: 1 })
  const first = await open()
  first.write('GET /livez HTTP/1.1\r\nhost: a\r\n\r\n')
  await once(first, 'data')
  assert.equal(await text(await open()), '')
  first.destroy()
  let answer = ''
  while (answer === '') {
    const next = await open()
    next.on('error', () => {}).end('GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    answer = await text(next).catch(() => '')
  }
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
})

test('headers that are too large are answered by 431', async t => {
  const socket = await (await serve(t, { headerBytes: 2_048 }))()
  socket.write(`GET /livez HTTP/1.1\r\nhost: a\r\nx-large: ${'a'.repeat(4_096)}\r\n\r\n`)
  assert.match(await text(socket), /^HTTP\/1\.1 431 .*\{"error":"The headers are too large\."\}$/s)
})
