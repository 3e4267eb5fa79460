import { type GivenOptions, readArguments, readNumber, readText } from '../options.ts'
import { UsageError } from '../usage.ts'

export interface ServeOptions {
  /** A model file, or a folder of models. */
  readonly path: string
  /** What the model is called, in place of its file's or folder's name. */
  readonly name: string | undefined
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The port of gRPC; 0 takes any free one. */
  readonly grpcPort: number
  /** Threads of each model. */
  readonly threads: number
  /** Threads that ONNX Runtime may use within each of them. */
  readonly runtimeThreads: number
  /** Rows that go to a model at once, at the most. */
  readonly maxBatch: number
  /** How long rows wait for more while the model is busy (ms). */
  readonly maxWait: number
  /** Up to which expected time rows are run beside their callers (ms). */
  readonly inlineBudget: number
  /** Whether new and changed files are taken. */
  readonly watch: boolean
}

const OPTIONS = {
  name: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'grpc-port': { type: 'string' },
  threads: { type: 'string' },
  'runtime-threads': { type: 'string' },
  'max-batch': { type: 'string' },
  'max-wait': { type: 'string' },
  inline: { type: 'string' },
  watch: { type: 'boolean' },
} as const

/** Reads the arguments of `millrace serve PATH`; what is not given comes from the environment. Throws UsageError. */
export function readServeOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServeOptions {
  const { values, positionals } = readArguments(args, OPTIONS)
  const [path, ...others] = positionals
  if (path === undefined || others.length > 0)
    throw new UsageError('serve needs one model file, or one folder of models.')
  const given: GivenOptions = {
    ...(env['HTTP_HOST'] && { host: env['HTTP_HOST'] }),
    ...(env['HTTP_PORT'] && { port: env['HTTP_PORT'] }),
    ...(env['GRPC_PORT'] && { 'grpc-port': env['GRPC_PORT'] }),
    ...values,
  }
  const port = readNumber(given, 'port', { min: 0, max: 65_535 }) ?? 8080
  return {
    path,
    name: readName(given),
    host: readText(given, 'host') ?? '127.0.0.1',
    port,
    grpcPort: readNumber(given, 'grpc-port', { min: 0, max: 65_535 }) ?? (port === 0 ? 0 : 8081),
    threads: readNumber(given, 'threads', { min: 1, max: 256 }) ?? 1,
    runtimeThreads: readNumber(given, 'runtime-threads', { min: 1, max: 256 }) ?? 1,
    maxBatch: readNumber(given, 'max-batch', { min: 1, max: 65_536 }) ?? 512,
    maxWait: readNumber(given, 'max-wait', { min: 0, max: 60_000, whole: false }) ?? 2,
    inlineBudget: readNumber(given, 'inline', { min: 0, max: 10, whole: false }) ?? 2,
    watch: given['watch'] === true,
  }
}

function readName(given: GivenOptions): string | undefined {
  const name = readText(given, 'name')
  if (name === undefined || /^[\w.-]{1,128}$/.test(name)) return name
  throw new UsageError(`--name must be of letters, digits, "_", "." and "-", not "${name}".`)
}
