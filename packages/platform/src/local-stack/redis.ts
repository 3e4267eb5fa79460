import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { redisHosts } from '../redis/address.ts'
import { partMissing } from './errors.ts'
import { mavenFolder } from './maven.ts'
import type { InstallContext, Launch, PartDefinition } from './part.ts'
import { redisAnswers } from './probe.ts'
import { findOnPath } from './which.ts'
import { readZipEntry } from './zip-entry.ts'

/** Appends every write to a file, flushed each second, and never evicts a key. */
const DURABILITY = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--save',
  '',
  '--maxmemory-policy',
  'noeviction',
]

/** Names of the binaries in the jar, by `process.platform` and `process.arch`. */
const BINARIES: Readonly<Record<string, string>> = {
  'linux-x64': 'redis-server-6.2.6-v5-linux-amd64',
  'linux-arm64': 'redis-server-6.2.7-linux-arm64',
  'darwin-x64': 'redis-server-6.2.6-v5-darwin-amd64',
  'darwin-arm64': 'redis-server-6.2.6-v5-darwin-arm64',
}

const REMEDY = 'Install it (Debian or Ubuntu: apt-get install redis-server; macOS: brew install redis).'

/** Redis, or Valkey where the machine has that; the downloaded binary is Redis 6.2. */
export const redis: PartDefinition = {
  name: 'redis',
  givenBy: 'REDIS_URL',
  portCount: 1,
  container: {
    image: 'redis:7-bookworm',
    port: 6379,
    dataPath: '/data',
    envFor: () => ({}),
    // The port is published on the host's loopback only, so the container itself may listen everywhere.
    command: ['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data', ...DURABILITY],
  },
  install: installRedis,
  addressOf: port => `redis://127.0.0.1:${port}`,
  answers: url => redisAnswers(redisHosts(url)[0]!),
}

async function installRedis(context: InstallContext): Promise<Launch> {
  const program =
    (await findOnPath(['redis-server', 'valkey-server'], context.env)) ?? (await fetchBinary(context))
  return async ({ ports: [port], dir }) => {
    const network = ['--port', String(port), '--bind', '127.0.0.1', '--protected-mode', 'yes']
    return { program, args: [...network, '--daemonize', 'no', '--dir', dir, ...DURABILITY] }
  }
}

async function fetchBinary(context: InstallContext): Promise<string> {
  const machine = `${process.platform}-${process.arch}`
  const binary = BINARIES[machine]
  if (binary === undefined) throw partMissing('redis', `no binary for ${machine} is known`, REMEDY)
  const folder = await mavenFolder('redis', context, into => unpackBinary(into, binary))
  return join(folder, 'redis-server')
}

async function unpackBinary(folder: string, binary: string): Promise<void> {
  const [jar] = (await readdir(folder)).filter(file => file.endsWith('.jar'))
  const content = jar && (await readZipEntry(join(folder, jar), binary))
  if (!content) throw partMissing('redis', `the download holds no ${binary}`, REMEDY)
  const program = join(folder, 'redis-server')
  await writeFile(program, content)
  await chmod(program, 0o755)
  await rm(join(folder, jar))
}
