import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import type { AnswerFacts } from '../../src/served/answer-facts.ts'
import { echoModel } from './echo-model.ts'
import { fakeModel } from './fake-model.ts'
import { post, serveModels } from './serve.ts'

const INPUT = { name: 'x', shape: [1, 1], datatype: 'FP32', data: [1] }
const SPEC = { name: 'x', datatype: 'FP32', shape: [-1, 1] } as const

test('a timeout in microseconds becomes the deadline of the rows', async t => {
  const model = echoModel([SPEC])
  const app = serveModels(t, model)
  const deadlineOf = async (parameters: object): Promise<number | undefined> => {
    assert.equal((await post(app, '/v2/models/echo/infer', { parameters, inputs: [INPUT] })).status, 200)
    return model.asked!.options!.deadline
  }
  assert.equal(await deadlineOf({}), undefined)
  assert.equal(await deadlineOf({ timeout: 0 }), undefined)
  for (const timeout of [60e6, '60000000']) {
    const before = performance.now()
    const deadline = (await deadlineOf({ timeout }))!
    assert.ok(deadline >= before + 60_000 && deadline <= performance.now() + 60_000)
  }
})

test('a caller that has hung up is not wanted any more', async t => {
  const model = echoModel([SPEC])
  const asked = Promise.withResolvers<() => boolean>()
  const release = Promise.withResolvers<void>()
  const app = serveModels(t, {
    ...model,
    async infer(inputs, options) {
      asked.resolve(options!.isWanted!)
      await release.promise
      return inputs
    },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  const hungUp = new Promise(resolve =>
    app.server.once('connection', connection => connection.once('close', resolve)),
  )
  await once(socket, 'connect')
  const body = JSON.stringify({ inputs: [INPUT] })
  socket.write(
    `POST /v2/models/echo/infer HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  const isWanted = await asked.promise
  assert.equal(isWanted(), true)
  socket.destroy()
  await hungUp
  assert.equal(isWanted(), false)
  release.resolve()
})

test('what becomes of each request is told, with no name that a caller made up', async t => {
  const told: AnswerFacts[] = []
  const model = fakeModel()
  const app = serveModels(t, model, { onAnswer: facts => told.push(facts) })
  const input = { name: 'features', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] }
  await post(app, '/v2/models/fraud/infer', { inputs: [input] })
  await post(app, '/v2/models/fraud/infer', {})
  await post(app, '/v2/models/made-up/infer', {})
  await post(app, '/v1/models/fraud:predict', { instances: [[1, 2, 3]] })
  model.failure = new MillraceError('DEADLINE_EXCEEDED', 'Too late.')
  await post(app, '/v1/models/fraud:predict', { instances: [[1, 2, 3]] })
  const fraud = { model: 'fraud', version: '3' }
  assert.deepEqual(
    told.map(({ took, ...facts }) => facts),
    [
      { protocol: 'oip-rest', ...fraud, outcome: 'ok' },
      { protocol: 'oip-rest', ...fraud, outcome: 'REQUEST_INVALID' },
      { protocol: 'oip-rest', model: undefined, version: undefined, outcome: 'NOT_FOUND' },
      { protocol: 'v1', ...fraud, outcome: 'ok' },
      { protocol: 'v1', ...fraud, outcome: 'DEADLINE_EXCEEDED' },
    ],
  )
  assert.ok(told.every(({ took }) => took >= 0))
})
