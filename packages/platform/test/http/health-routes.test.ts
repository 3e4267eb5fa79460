import assert from 'node:assert/strict'
import { Agent, get, type IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import { needs } from '../../src/http/auth/guard-routes.ts'
import { createHttpApp, type HttpApp } from '../../src/http/http-app.ts'
import { Health } from '../../src/lifecycle/health.ts'
import { createRegistry } from '../../src/metrics/registry.ts'

/** A service that has lost Kafka, which it does without, and has not reached Redis. */
function buildService(t: TestContext): { app: HttpApp; health: Health } {
  const health = new Health()
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health })
  t.after(() => app.close())
  health.liveness.report('event-loop', true, '')
  health.doWithout('kafka')
  health.ready('kafka', true)
  health.ready('kafka', false, 'silent', 'score')
  health.ready('redis', false, 'connecting')
  return { app, health }
}

async function ask(app: HttpApp, url: string): Promise<readonly [status: number, body: string]> {
  const { statusCode, body } = await app.inject(url)
  return [statusCode, body]
}

test('?verbose answers a line for each check, and one for all', async t => {
  const { app, health } = buildService(t)
  assert.deepStrictEqual(await ask(app, '/readyz?verbose'), [
    503,
    `[+]shutdown ok
[+]kafka tolerated: (score): silent
[-]redis failed: connecting
readyz check failed
`,
  ])
  health.ready('redis', true)
  assert.deepStrictEqual(await ask(app, '/readyz?verbose'), [
    200,
    `[+]shutdown ok
[+]kafka tolerated: (score): silent
[+]redis ok
readyz check passed
`,
  ])
})

test('without ?verbose the answer tells what is missing, and what is done without', async t => {
  const { app } = buildService(t)
  assert.deepStrictEqual((await app.inject('/readyz')).json(), {
    ready: false,
    reasons: ['redis: connecting'],
    degraded: ['kafka (score): silent'],
  })
})

test('?exclude leaves a check out, and one that is not there is said so', async t => {
  const { app } = buildService(t)
  assert.equal((await app.inject('/readyz?exclude=redis')).statusCode, 200)
  assert.equal((await app.inject('/readyz?exclude=kafka')).statusCode, 503)
  assert.deepStrictEqual(await ask(app, '/readyz?verbose&exclude=redis&exclude=radis'), [
    200,
    `[+]shutdown ok
[+]kafka tolerated: (score): silent
[+]redis excluded: ok
warn: some checks cannot be excluded: no matches for radis
readyz check passed
`,
  ])
})

test('each check has an address of its own', async t => {
  const { app } = buildService(t)
  assert.deepStrictEqual((await app.inject('/readyz/redis')).json(), {
    ready: false,
    reasons: ['redis: connecting'],
    degraded: [],
  })
  assert.equal((await app.inject('/readyz/kafka')).statusCode, 200)
  assert.deepStrictEqual(await ask(app, '/readyz/redis?verbose'), [
    503,
    '[-]redis failed: connecting\nreadyz check failed\n',
  ])
  assert.deepStrictEqual(await ask(app, '/readyz/radis'), [
    404,
    '{"error":"readyz has no such check: it has shutdown, kafka, redis."}',
  ])
})

test('/livez knows nothing of Kafka and Redis, and fails where only a new process helps', async t => {
  const { app, health } = buildService(t)
  for (const path of ['/livez', '/healthz', '/livez/event-loop', '/livez?exclude=event-loop'])
    assert.deepStrictEqual(await ask(app, path), [200, '{"live":true}'], path)
  health.liveness.report('event-loop', false, 'a turn came 6000 ms late')
  for (const path of ['/livez', '/healthz'])
    assert.deepStrictEqual(await ask(app, path), [
      503,
      '{"live":false,"reasons":["event-loop: a turn came 6000 ms late"]}',
    ])
  assert.deepStrictEqual(await ask(app, '/livez?verbose'), [
    503,
    '[-]event-loop failed: a turn came 6000 ms late\nlivez check failed\n',
  ])
  assert.equal((await app.inject('/livez?exclude=event-loop')).statusCode, 200)
})

test('while a service shuts down it is not ready, and closes the connection behind every answer', async t => {
  const { app, health } = buildService(t)
  health.ready('redis', true)
  assert.equal((await app.inject('/readyz')).headers['connection'], 'keep-alive')
  health.shutDown()
  const answer = await app.inject('/readyz')
  assert.deepStrictEqual([answer.statusCode, answer.headers['connection']], [503, 'close'])
  assert.equal((await app.inject('/livez')).statusCode, 200)
})

test('a request that is under way when a service closes is answered, and its connection closed', async t => {
  const { app, health } = buildService(t)
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()]
  app.get('/slow', needs('open'), () => {
    asked.resolve()
    return answer.promise
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    get(`${address}/slow`, { agent }, resolve).on('error', reject)
  })
  await asked.promise
  health.shutDown()
  const closed = app.close()
  answer.resolve('done')
  const { statusCode, headers } = await response.then(message => message.resume())
  assert.deepStrictEqual([statusCode, headers.connection], [200, 'close'])
  await closed
})
