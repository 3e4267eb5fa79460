/** Every code has a paragraph in docs/errors.md. */
export const ERROR_CODES = [
  'DECLARATION_INVALID',
  'CONFIG_INVALID',
  'ARTIFACT_MISSING',
  'ARTIFACT_STALE',
  'ARTIFACT_INVALID',
  'STATE_VERSION_UNKNOWN',
  'CHECKPOINT_VERSION_UNKNOWN',
  'DEFINITION_CHANGED',
  'PARTITIONS_CHANGED',
  'HISTORY_LOST',
  'TOPIC_MISSING',
  'EVICTION_ENABLED',
  'STORE_UNAVAILABLE',
  'STORAGE_UNAVAILABLE',
  'BROKER_UNAVAILABLE',
  'BROKER_REFUSED',
  'LOG_UNREADABLE',
  'PUBLISH_FAILED',
  'REGISTRY_UNAVAILABLE',
  'SCHEMA_UNKNOWN',
  'RECORD_UNREADABLE',
  'MODEL_INVALID',
  'MODEL_UNAVAILABLE',
  'BACKGROUND_MISSING',
  'MODEL_FAILED',
  'MODEL_REGISTRY_UNAVAILABLE',
  'ALIAS_CHANGED',
  'SCORER_OVERLOADED',
  'DEADLINE_EXCEEDED',
  'REQUEST_CANCELLED',
  'REQUEST_INVALID',
  'REQUEST_TOO_LARGE',
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'AUTHENTICATION_UNAVAILABLE',
  'STACK_PART_MISSING',
  'STACK_START_FAILED',
  'INPUT_INVALID',
  'ERASE_PENDING',
  'SERVICE_ENDED',
  'STOP_INCOMPLETE',
  'EVENTS_UNACCOUNTED',
  'NOT_CAUGHT_UP',
  'SWITCH_UNFINISHED',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** What becomes of the work that met an error. */
export type Fate = 'dead-letter' | 'retry' | 'stop'

const FATES: Partial<Record<ErrorCode, Fate>> = {
  STORE_UNAVAILABLE: 'retry',
  STORAGE_UNAVAILABLE: 'retry',
  BROKER_UNAVAILABLE: 'retry',
  PUBLISH_FAILED: 'retry',
  REGISTRY_UNAVAILABLE: 'retry',
  MODEL_UNAVAILABLE: 'retry',
  MODEL_REGISTRY_UNAVAILABLE: 'retry',
  SCORER_OVERLOADED: 'retry',
  DEADLINE_EXCEEDED: 'retry',
  REQUEST_CANCELLED: 'retry',
  MODEL_FAILED: 'dead-letter',
  SCHEMA_UNKNOWN: 'dead-letter',
  RECORD_UNREADABLE: 'dead-letter',
  BACKGROUND_MISSING: 'dead-letter',
  REQUEST_INVALID: 'dead-letter',
  REQUEST_TOO_LARGE: 'dead-letter',
  NOT_FOUND: 'dead-letter',
  UNAUTHENTICATED: 'dead-letter',
  FORBIDDEN: 'dead-letter',
  RATE_LIMITED: 'retry',
  AUTHENTICATION_UNAVAILABLE: 'retry',
}

export interface ErrorOptions {
  readonly cause?: unknown
  /** Facts of this case, as fields of the log line. Never payloads. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** The one error class. The message says what is wrong and what to do. */
export class MillraceError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'MillraceError'
    this.code = code
    this.details = options.details ?? {}
  }
}

/** Decides what becomes of the work that met `error`; what nobody foresaw stops the service. */
export function fateOf(error: unknown): Fate {
  return error instanceof MillraceError ? (FATES[error.code] ?? 'stop') : 'stop'
}
