import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openStorage } from '@millrace/platform/offline'
import { readS3Config } from '../../../src/offline/storage/s3-config.ts'
import { parseFailure, parseListing } from '../../../src/offline/storage/s3-listing.ts'

const KEY = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }

test('a place of S3 is found by the variables of AWS, the endpoint of S3 before the one of all', () => {
  assert.deepStrictEqual(readS3Config({ ...KEY, AWS_DEFAULT_REGION: 'eu-west-1' }), {
    endpoint: 'https://s3.eu-west-1.amazonaws.com',
    region: 'eu-west-1',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    sessionToken: undefined,
  })
  const { endpoint, region, sessionToken } = readS3Config({
    ...KEY,
    AWS_REGION: 'here',
    AWS_DEFAULT_REGION: 'there',
    AWS_ENDPOINT_URL: 'http://all.example',
    AWS_ENDPOINT_URL_S3: 'http://s3.example:9000/',
    AWS_SESSION_TOKEN: 'token',
  })
  assert.deepStrictEqual([endpoint, region, sessionToken], ['http://s3.example:9000', 'here', 'token'])
})

test('a missing key, an endpoint that is no address and a place of another kind are refused', () => {
  const told = (message: RegExp) => ({ code: 'CONFIG_INVALID', message })
  assert.throws(() => openStorage('s3://bucket', {}), told(/AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/))
  assert.throws(() => openStorage('s3://bucket', { ...KEY, AWS_ENDPOINT_URL: 'nowhere' }), told(/"nowhere"/))
  for (const place of ['gs://bucket/x', 's3://', 's3:///x', 's3://Bucket'])
    assert.throws(() => openStorage(place, KEY), told(/no place to store in/), place)
})

test('a listing is read with its entities, sizes and continuation', () => {
  const entry = (key: string, size: number) =>
    `<Contents><Key>${key}</Key><LastModified>x</LastModified><Size>${size}</Size></Contents>`
  const xml = `<?xml version="1.0"?><ListBucketResult><Name>b</Name>${entry('a&amp;b&#x20;&#252;&lt;', 12)}
    ${entry('c', 0)}<NextContinuationToken>1/x==</NextContinuationToken></ListBucketResult>`
  assert.deepStrictEqual(parseListing(xml), {
    objects: [
      { name: 'a&b ü<', size: 12 },
      { name: 'c', size: 0 },
    ],
    continuation: '1/x==',
  })
  assert.deepStrictEqual(parseListing('<ListBucketResult/>'), { objects: [], continuation: undefined })
})

test('a refusal is told by its code and message, and one without them not at all', () => {
  assert.equal(parseFailure('<Error><Code>A</Code><Message>b c</Message></Error>'), 'A: b c')
  assert.equal(parseFailure('<html>busy</html>'), undefined)
})

test('an overloaded store is asked again, with the session token, until it takes the object', async t => {
  const seen: unknown[] = []
  const endpoint = await serve(t, (request, response) => {
    request.resume().on('end', () => {
      const { method, url, headers } = request
      seen.push([method, url, headers['x-amz-security-token']])
      response.writeHead(seen.length < 3 ? 503 : 200).end()
    })
  })
  const env = { ...KEY, AWS_ENDPOINT_URL: endpoint, AWS_SESSION_TOKEN: 'token' }
  await openStorage('s3://bucket/p', env).write('k=1/a b', new Uint8Array([1]))
  assert.deepStrictEqual(seen, Array(3).fill(['PUT', '/bucket/p/k%3D1/a%20b', 'token']))
})

test('a store that does not answer is told by the reason of the connection', async t => {
  const endpoint = await serve(t, (_, response) => response.destroy())
  const storage = openStorage('s3://bucket', { ...KEY, AWS_ENDPOINT_URL: endpoint })
  await assert.rejects(storage.list(''), {
    code: 'STORAGE_UNAVAILABLE',
    message: /other side closed|ECONNRESET/,
  })
})

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
