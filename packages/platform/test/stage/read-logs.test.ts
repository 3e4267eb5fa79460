import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markOf, ReadLogs } from '../../src/stage/read-logs.ts'
import { messagesOf } from './counting-stage.ts'

const [a, b, c] = messagesOf(['a', 'b', 'c'])

test('a log is known by the newest message noted below its position', () => {
  const logs = new ReadLogs([{ topicId: 'one' }])
  for (const message of [a!, b!, c!]) logs.note(0, message.offset, message)
  const marks = [0, 1, 3, 3].map(position => logs.identities([position])[0]!.mark?.offset)
  assert.deepStrictEqual(marks, [undefined, 0, 2, 2])
  assert.deepStrictEqual(logs.identity(0), { topicId: 'one', mark: markOf(c!) })
})

test('a mark tells records apart by key, value and time', () => {
  const [x, y] = [Buffer.from('x'), Buffer.from('y')]
  const records = [a!, { ...a!, key: x }, { ...a!, key: y }, { ...a!, value: x }, { ...a!, value: null }]
  const sums = records.map(record => markOf(record).checksum)
  assert.equal(new Set(sums).size, records.length)
  assert.equal(markOf({ ...a!, timestamp: 5 }).timestamp, 5)
})

test('a topic that was made anew leaves no mark behind, the same one keeps it', () => {
  const mark = markOf(a!)
  const logs = new ReadLogs([{ topicId: 'one', mark }, { mark }])
  logs.begin(0, 'two', true)
  logs.begin(1, 'one', false)
  assert.deepStrictEqual(logs.identities([0, 0]), [{ topicId: 'two' }, { topicId: 'one', mark }])
})
