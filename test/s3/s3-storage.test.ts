import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { openStorage } from '@millrace/platform/offline'
import { AwsClient } from 'aws4fetch'
import { testStorage } from '../../packages/platform/test/offline/storage/storage-contract.ts'
import { S3Server } from './s3-server.ts'

const server = await S3Server.start()
after(() => server[Symbol.asyncDispose]())

testStorage('a bucket', async () => openStorage(`s3://${await newBucket()}`, server.env))

testStorage('a part of a bucket', async () => {
  const bucket = await newBucket()
  await openStorage(`s3://${bucket}`, server.env).write('part-of-another/x', new Uint8Array(1))
  return openStorage(`s3://${bucket}/part/of it/`, server.env)
})

test('what is in a part of a bucket has its prefix in the bucket', async () => {
  const bucket = await newBucket()
  await openStorage(`s3://${bucket}/part`, server.env).write('a', new Uint8Array(2))
  assert.deepStrictEqual(await openStorage(`s3://${bucket}`, server.env).list(''), [
    { name: 'part/a', size: 2 },
  ])
})

test('a bucket that is missing is told apart from an object that is', async () => {
  const storage = openStorage('s3://no-such-bucket', server.env)
  const told = { code: 'STORAGE_UNAVAILABLE', message: /NoSuchBucket/ }
  await assert.rejects(storage.read('a'), told)
  await assert.rejects(storage.list(''), told)
  await assert.rejects(storage.write('a', new Uint8Array(1)), told)
})

test('a wrong key is refused by the store, and its reason told', async () => {
  const bucket = await newBucket()
  const wrong = openStorage(`s3://${bucket}`, { ...server.env, AWS_SECRET_ACCESS_KEY: 'wrong' })
  const told = { code: 'STORAGE_UNAVAILABLE', message: /SignatureDoesNotMatch/ }
  await assert.rejects(wrong.write('a', new Uint8Array(1)), told)
  await assert.rejects(wrong.list(''), told)
})

async function newBucket(): Promise<string> {
  const bucket = `test-${randomUUID()}`
  const { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = server.env
  const client = new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID!,
    secretAccessKey: AWS_SECRET_ACCESS_KEY!,
    region: 'us-east-1',
    service: 's3',
  })
  const response = await client.fetch(`${url}/${bucket}`, { method: 'PUT' })
  assert.equal(response.status, 200, await response.text())
  return bucket
}
