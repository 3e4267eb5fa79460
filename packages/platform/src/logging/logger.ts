import { type DestinationStream, type Logger, pino } from 'pino'
import { errorFields } from './error-fields.ts'

export type { Logger }

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LoggerOptions {
  /** Named in every line. */
  readonly service: string
  /** Default `info`. */
  readonly level?: LogLevel
  /** Where lines go. Default standard output, each line written before the call returns. */
  readonly destination?: DestinationStream
}

const SECRETS = ['password', 'secret', 'token', 'apiKey', 'accessToken', 'authorization', 'cookie']
const SECRET_HEADERS = ['x-api-key', 'set-cookie', 'proxy-authorization']

/** How deep a secret may lie: as a header among the details of an error. pino's wildcards stand for one level each. */
const DEPTHS = ['', '*', '*.*', '*.*.*']

const SECRET_PATHS = DEPTHS.flatMap(above => [
  ...SECRETS.map(name => (above === '' ? name : `${above}.${name}`)),
  ...SECRET_HEADERS.map(name => `${above}["${name}"]`),
])

/** Creates the logger of a service: JSON lines, times in ISO 8601, levels as words, secrets blotted out. */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorFields },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
  }
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }))
}
