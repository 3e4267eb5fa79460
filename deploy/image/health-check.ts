// Asks the service of this container whether it is ready. The exit code is 0 when it is.
import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'

const LIMIT_MS = 5_000

const { HTTP_PORT, TLS_CERT_FILE } = process.env
const address = { host: '127.0.0.1', port: HTTP_PORT, path: '/readyz', timeout: LIMIT_MS }
// The certificate is for the name that others know the service by.
const request = TLS_CERT_FILE ? getSecure({ ...address, rejectUnauthorized: false }) : getPlain(address)
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
request.on('timeout', () => request.destroy(new Error(`no answer within ${LIMIT_MS} ms`)))
request.on('error', error => {
  console.error(error.message)
  process.exit(1)
})
