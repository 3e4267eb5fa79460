import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { MillraceError } from '@millrace/core'

/** `count` different ports of 127.0.0.1 that nobody listens on now. Throws STACK_START_FAILED when there are fewer. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held before the first is let go: one after the other could give the same port twice.
  const attempts = await Promise.allSettled(Array.from({ length: count }, listenAnywhere))
  const servers = attempts.flatMap(attempt => (attempt.status === 'fulfilled' ? [attempt.value] : []))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(close))
  const failed = attempts.find(attempt => attempt.status === 'rejected')
  if (failed !== undefined) throw noFreePort(count, failed.reason)
  return ports
}

async function listenAnywhere(): Promise<Server> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function noFreePort(count: number, cause: unknown): MillraceError {
  const wanted = count === 1 ? 'no free port' : `fewer than ${count} free ports`
  const fault = cause instanceof Error ? cause.message : String(cause)
  return new MillraceError(
    'STACK_START_FAILED',
    `This machine gives ${wanted} of 127.0.0.1: ${fault}. End processes that hold many connections, or raise the limit of open files.`,
    { cause },
  )
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
