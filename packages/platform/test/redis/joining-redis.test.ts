import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { JoiningRedis } from '../../src/redis/joining-redis.ts'
import { startRedis } from './start-redis.ts'

const url = await startRedis()

/** Answers how many commands each write to the socket of a client has had since. */
function watchWrites({ stream }: JoiningRedis): readonly number[] {
  const writes: number[] = []
  const { _write, _writev } = stream
  stream._write = (...given) => {
    writes.push(1)
    _write.apply(stream, given)
  }
  stream._writev = (...given) => {
    writes.push(given[0].length)
    _writev!.apply(stream, given)
  }
  return writes
}

async function connect(t: TestContext): Promise<JoiningRedis> {
  const redis = new JoiningRedis(url)
  t.after(() => redis.disconnect())
  await redis.ping()
  return redis
}

test('the commands of one turn leave as one write, and are answered in their order', async t => {
  const redis = await connect(t)
  const writes = watchWrites(redis)
  const answers = await Promise.all(['a', Buffer.from('b'), 'é', ''].map(text => redis.echo(text as string)))
  assert.deepStrictEqual(answers, ['a', 'b', 'é', ''])
  assert.deepStrictEqual(writes, [4])
})

test('the next turn has a write of its own, also while the one before is not answered', async t => {
  const redis = await connect(t)
  const writes = watchWrites(redis)
  const first = redis.echo('a')
  await new Promise(setImmediate)
  const second = Promise.all([redis.echo('b'), redis.echo('c')])
  assert.deepStrictEqual([await first, ...(await second)], ['a', 'b', 'c'])
  assert.deepStrictEqual(writes, [1, 2])
})

test('what a lost connection was asked is asked of the next one', async t => {
  const redis = await connect(t)
  redis.stream.destroy()
  assert.deepStrictEqual(await Promise.all([redis.echo('a'), redis.echo('b')]), ['a', 'b'])
  const writes = watchWrites(redis)
  await Promise.all([redis.echo('c'), redis.echo('d')])
  assert.deepStrictEqual(writes, [2])
})
