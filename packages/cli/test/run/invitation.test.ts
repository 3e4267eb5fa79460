import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curlLine } from '../../src/run/invitation.ts'
import { payment } from '../fixtures.ts'

test('the line to try scores the entities of an event as of now, and survives a shell', () => {
  assert.equal(
    curlLine(8080, payment, { paymentId: '7', card: "O'Neill", at: 5, amount: 1.5 }),
    String.raw`curl -s http://127.0.0.1:8080/v1/score -H 'content-type: application/json' -d '{"paymentId":"try-1","card":"O'\''Neill","amount":1.5}'`,
  )
})
