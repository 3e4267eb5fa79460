import {
  type AnswerFacts,
  FileModels,
  type FoundModel,
  findModels,
  type GrpcServer,
  type HostEvent,
  InferenceMetrics,
  registerInferenceRoutes,
  startGrpc,
  watchFiles,
} from '@millrace/inference'
import { loadConfig } from '@millrace/platform/config'
import { edgeConfig, type HttpApp, subjectOf } from '@millrace/platform/http'
import {
  Closing,
  createLogger,
  drainConfig,
  drainTimes,
  LOG_LEVELS,
  type Logger,
  type RunningService,
  runService,
  type ServiceContext,
  startHttp,
} from '@millrace/platform/process'
import manifest from '../../package.json' with { type: 'json' }
import { UsageError } from '../usage.ts'
import { describeEvent } from './describe-event.ts'
import { describeModels } from './describe-models.ts'
import type { ServeOptions } from './serve-options.ts'

/** Who may call, and how it ends, as for every service. */
const serveConfig = edgeConfig.extend(drainConfig)

/** What the server calls itself to its clients. */
const SERVER = { name: 'millrace', version: manifest.version }

export interface ServeContext {
  readonly env: NodeJS.ProcessEnv
  /** For people. */
  readonly print: (text: string) => void
  readonly onFailure: (error: unknown) => void
}

/** Serves models from files as this process, with nothing else around, until it is ended. */
export async function serveModels(options: ServeOptions, context: ServeContext): Promise<void> {
  const found = await find(options)
  await runService({
    name: 'serve',
    logger: openLog(context.env),
    onFailure: context.onFailure,
    start: service => start(found, options, service, context),
  })
}

/** Probes are answered while the models are loaded. */
async function start(
  found: readonly FoundModel[],
  options: ServeOptions,
  service: ServiceContext,
  { print, env }: ServeContext,
): Promise<RunningService> {
  let isServing = false
  const metrics = new InferenceMetrics(service.metrics)
  const files = openFiles(options, service.logger, metrics, (text, event) => {
    if (isServing || event.kind !== 'serving') print(text)
  })
  const given = { ...env, HTTP_HOST: options.host, HTTP_PORT: String(options.port) }
  const config = loadConfig(serveConfig, given)
  const { app, grpc } = await listen(files, options, { ...service, inference: metrics }, config)
  const unusable = await files.take(found)
  if (files.models.names().length === 0) throw unusable[0]
  isServing = true
  const address = addressOf(app.server.address(), options)
  const grpcAddress = `${new URL(address).hostname}:${grpc.port}`
  print(describeModels(files.models, address, grpcAddress).join('\n'))
  const watching = new AbortController()
  const watched = options.watch ? watch(files, options, service.logger, watching.signal) : undefined
  const closing = new Closing([
    { name: 'requests', close: () => Promise.all([app.close(), grpc.close()]) },
    { name: 'models', close: () => files.close() },
  ])
  return {
    drain: drainTimes(config),
    get remaining() {
      return closing.remaining
    },
    async close() {
      watching.abort()
      await watched
      await closing.run()
    },
  }
}

/** Answers every protocol; who may ask is said by the environment, as for a service. */
async function listen(
  files: FileModels,
  { host, grpcPort }: ServeOptions,
  service: ServiceContext & { readonly inference: InferenceMetrics },
  config: ReturnType<typeof loadConfig<typeof serveConfig>>,
): Promise<{ readonly app: HttpApp; readonly grpc: GrpcServer }> {
  const onAnswer = (facts: AnswerFacts) => service.inference.answered(facts)
  const served = { models: files.models, health: service.health, server: SERVER, onAnswer }
  let grpc: GrpcServer | undefined
  const app = await startHttp(config, service, async (app, edge) => {
    registerInferenceRoutes(app, served)
    grpc = await startGrpc({
      ...served,
      host,
      port: grpcPort,
      access: edge.access,
      subjectOf,
      ...(edge.tls && { tls: edge.tls }),
      limits: { messageBytes: edge.limits.bodyBytes },
      onFailure: error => service.logger.error({ err: error }, 'a call failed'),
    })
  })
  return { app, grpc: grpc! }
}

async function find({ path, name }: ServeOptions): Promise<readonly FoundModel[]> {
  return named(await findModels(path), name)
}

function named(found: readonly FoundModel[], name: string | undefined): readonly FoundModel[] {
  if (name === undefined) return found
  if (found.length === 1) return [{ ...found[0]!, name }]
  throw new UsageError(`--name is for one model: there are ${found.map(model => model.name).join(', ')}.`)
}

function openFiles(
  options: ServeOptions,
  logger: Logger,
  metrics: InferenceMetrics,
  print: (text: string, event: HostEvent) => void,
): FileModels {
  const { threads, runtimeThreads, maxBatch, maxWait, inlineBudget } = options
  return new FileModels({
    ...{ threads, runtimeThreads, maxBatch, maxWait, inlineBudget },
    batchesOf: name => metrics.batchesOf(name),
    onEvent(host, event) {
      const { name } = host
      metrics.changed(host, ['champion'], event)
      logger.info({ model: name, ...event }, 'a version changed its state')
      const words = describeEvent(name, event)
      if (words !== undefined) print(words, event)
    },
    onTrouble: (name, error) =>
      logger.error({ err: error, model: name }, 'a scoring thread had to be replaced'),
  })
}

function watch(
  files: FileModels,
  { path, name }: ServeOptions,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  return watchFiles(path, {
    signal,
    onChange: found => files.take(named(found, name)),
    onTrouble: error =>
      logger.warn({ err: error }, 'the models cannot be looked at: they serve on as they are'),
  })
}

/** Standard output is for people. */
function openLog({ LOG_LEVEL }: NodeJS.ProcessEnv): Logger {
  const level = LOG_LEVELS.find(known => known === LOG_LEVEL) ?? 'warn'
  return createLogger({ service: 'serve', level, destination: process.stderr })
}

/** An address that can be called from here. */
function addressOf(bound: { readonly port: number } | string | null, { host }: ServeOptions): string {
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
