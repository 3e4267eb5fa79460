/**
 * Keeps the job running for the rivals' harness: deploys, then the shipped `main.ts` of each service. Only the pipeline
 * file differs. From the environment: KAFKA, REDIS_URL, SCHEMA_REGISTRY_URL, IN_TOPIC, OUT_TOPIC, GROUP, MODEL.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createKafka, loadPipeline, SchemaDirectory } from '@millrace/platform'
import { deployPipeline } from '@millrace/platform/deploy'
import { writeModelVersion } from './model-version.ts'

const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']
const REPOSITORY = resolve(import.meta.dirname, '../..')

const folder = await mkdtemp(join(tmpdir(), 'millrace-job-'))
process.env['MODEL_FOLDER'] = folder
const pipelineFile = join(import.meta.dirname, 'pipeline.ts')
const pipeline = await loadPipeline(pipelineFile)
await writeModelVersion(folder, wanted('MODEL'), pipeline.model.inputs)
await deploy()
const services = SERVICES.map(startService)
process.on('SIGTERM', stopServices)
await Promise.race(services.map(service => once(service, 'exit')))
stopServices()
await rm(folder, { recursive: true })

function stopServices(): void {
  for (const service of services) service.kill('SIGTERM')
}

function wanted(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

async function deploy(): Promise<void> {
  const kafka = createKafka({
    brokers: wanted('KAFKA').split(','),
    clientId: 'job',
    log: { debug() {}, warn() {} },
  })
  const admin = kafka.admin()
  await admin.connect()
  const directory = new SchemaDirectory(wanted('SCHEMA_REGISTRY_URL'))
  await deployPipeline({ admin, directory, pipeline, partitions: { raw: 4, stage: 4 } })
  await admin.disconnect()
}

function startService(name: string): ChildProcess {
  const env = {
    ...process.env,
    KAFKA_BROKERS: wanted('KAFKA'),
    PIPELINE: pipelineFile,
    HTTP_PORT: '0',
    LOG_LEVEL: 'warn',
  }
  const main = join(REPOSITORY, 'services', name, 'src/main.ts')
  return spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', main], {
    env,
    stdio: 'inherit',
  })
}
