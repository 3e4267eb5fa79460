/**
 * Keeps the job running for the rivals' harness: deploys, then the shipped `main.ts` of each service. Only the pipeline
 * file differs. From the environment: KAFKA, REDIS_URL, SCHEMA_REGISTRY_URL, IN_TOPIC, OUT_TOPIC, GROUP, MODEL. It
 * imports nothing large, since the harness counts the memory of this process too.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { wanted } from './wanted.ts'

const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']
const REPOSITORY = resolve(import.meta.dirname, '../..')

const folder = await mkdtemp(join(tmpdir(), 'millrace-job-'))
const env = {
  ...SERVICE_LAUNCH.env,
  ...process.env,
  KAFKA_BROKERS: wanted('KAFKA'),
  PIPELINE: join(import.meta.dirname, 'pipeline.ts'),
  MODEL_FOLDER: folder,
  HTTP_PORT: '0',
  LOG_LEVEL: 'warn',
}
const children: ChildProcess[] = []
process.on('SIGTERM', stopAll)
try {
  const [code] = await once(run(join(import.meta.dirname, 'prepare.ts')), 'exit')
  if (code === 0) {
    const services = SERVICES.map(name => run(join(REPOSITORY, 'services', name, 'src/main.ts')))
    await Promise.race(services.map(service => once(service, 'exit')))
  }
} finally {
  stopAll()
  await rm(folder, { recursive: true })
}

function run(program: string): ChildProcess {
  const child = spawn(process.execPath, [...SERVICE_LAUNCH.flags, program], { env, stdio: 'inherit' })
  children.push(child)
  return child
}

function stopAll(): void {
  for (const child of children) child.kill('SIGTERM')
}
