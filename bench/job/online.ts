/** The harness's online check: reads `customerId TAB event time` lines, prints the features as of then, one object a line. */
import { createInterface } from 'node:readline'
import { ViewEngine } from '@millrace/core'
import { connectRedis } from '@millrace/platform'
import { customer, transaction } from './pipeline.ts'

const redis = connectRedis(process.env['REDIS_URL']!)
const engine = new ViewEngine(customer, transaction)
const keys = await redis.keys('*:customer:*:state:*')
const keyOf = new Map(keys.map(key => [key.slice(key.lastIndexOf(':') + 1), key]))

for await (const line of createInterface({ input: process.stdin })) {
  const [customerId = '', time = ''] = line.split('\t')
  const bytes = await redis.getBuffer(keyOf.get(customerId) ?? 'none')
  const values: number[] = []
  engine.evaluate(bytes === null ? engine.init() : engine.decode(bytes), Number(time), values, 0)
  console.log(JSON.stringify(Object.fromEntries(engine.featureNames.map((name, i) => [name, values[i]]))))
}
redis.disconnect()
