import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { GuardMessage } from './guard.ts'
import { endProcesses, identify, type ProcessIdentity } from './process-identity.ts'

// The program of the guard: it notes what its parent says, and cleans up when the parent is gone.

const watched = new Map<number, ProcessIdentity>()
const commands: (readonly [program: string, args: readonly string[]])[] = []
const folders: string[] = []

// Whatever ends the parent must not end the guard before it has done its work.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

for await (const line of createInterface({ input: process.stdin })) note(JSON.parse(line))
await endProcesses([...watched.values()])
for (const [program, args] of commands.reverse())
  await promisify(execFile)(program, [...args]).catch(() => {})
await Promise.all(folders.map(dir => rm(dir, { recursive: true, force: true, maxRetries: 5 })))

function note(message: GuardMessage): void {
  switch (message.kind) {
    case 'watch': {
      const identity = identify(message.pid)
      if (identity !== undefined) watched.set(message.pid, identity)
      break
    }
    case 'unwatch':
      watched.delete(message.pid)
      break
    case 'run':
      commands.push([message.program, message.args])
      break
    case 'remove':
      folders.push(message.dir)
      break
    case 'release':
      watched.clear()
      commands.length = 0
      folders.length = 0
  }
}
