// usage: fill-compile-cache.ts FOLDER
// Starts and ends each service once as the image will, so that what Node makes of the sources is kept in the folder.
// It holds for one version of Node, these flags, this user and these paths.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { SERVICE_LAUNCH } from '../../packages/platform/src/launch/service-launch.ts'

const ENTRY = new URL('entry.ts', import.meta.url).pathname
const HEALTH_CHECK = new URL('health-check.ts', import.meta.url).pathname
const FLAGS = [...SERVICE_LAUNCH.flags, '--disable-warning=ExperimentalWarning']
const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']

/** Nothing answers there: a service that waits for its parts has loaded all it needs. */
const ENVIRONMENT = {
  ...process.env,
  NODE_COMPILE_CACHE: process.argv[2],
  AUTH: 'none',
  KAFKA_BROKERS: '127.0.0.1:1',
  REDIS_URL: 'redis://127.0.0.1:1',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
  PIPELINE: 'pipelines/card-fraud/pipeline.ts',
}

for (const service of SERVICES) await startAndEnd(service)

async function startAndEnd(name: string): Promise<void> {
  const service = run(...FLAGS, ENTRY, name)
  const ended = once(service, 'exit').then(([code]) => code)
  await Promise.race([answers(), ended])
  await once(run('--disable-warning=ExperimentalWarning', HEALTH_CHECK), 'exit')
  service.kill('SIGTERM')
  const code = await ended
  if (code !== 0) throw new Error(`The ${name} ended with ${code}.`)
}

function run(...args: readonly string[]) {
  return spawn(process.execPath, args, { env: ENVIRONMENT, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** Resolves when the service says that it lives. */
async function answers(): Promise<void> {
  for (;;) {
    const answer = await fetch('http://127.0.0.1:8080/livez').catch(() => undefined)
    if (answer?.ok) return
    await delay(50)
  }
}
