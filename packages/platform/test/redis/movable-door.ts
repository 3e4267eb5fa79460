import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** An address that leads to one server after another, as the name of a service does. */
export interface Door {
  readonly port: number
  /** New connections lead there; those that stand stay. */
  leadTo(port: number): void
}

export async function openDoor(t: TestContext, port: number): Promise<Door> {
  let target = port
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    const onward = connect(target, '127.0.0.1')
    for (const [side, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(side)
      side.on('error', () => {})
      side.on('close', () => other.destroy())
      side.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: next => {
      target = next
    },
  }
}
