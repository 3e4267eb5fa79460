import { z } from 'zod'
import { wholeNumber } from '../config/plain-fields.ts'
import { SCOPES, type Scope } from './auth/scope.ts'
import { COMPRESS_FROM } from './compression/compress-answers.ts'
import { DEFAULT_LIMITS } from './limits/http-limits.ts'

/** What every server of HTTP or gRPC reads from its environment about who may call it, and how. */
export const edgeConfig = z.object({
  /** The address that the server listens on. */
  HTTP_HOST: z.string().default('127.0.0.1'),
  /** 0 takes any free one. */
  HTTP_PORT: wholeNumber({ min: 0, max: 65_535 }).default(0),
  /** `none` lets anybody do everything, also from other machines. */
  AUTH: z.literal('none', 'must be none, or not be set').optional(),
  /** What a caller may do who does not say who he is. */
  ANONYMOUS_SCOPES: list(isScope, `must be among ${SCOPES.join(', ')}, with commas between them`).default([]),
  /** The file of API keys and client certificates. */
  API_KEYS_FILE: z.string().optional(),
  /** The keys of tokens: a file, or an address. */
  JWT_JWKS: jwksPlace().optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  /** Who signs the certificates of clients. */
  TLS_CLIENT_CA_FILE: z.string().optional(),
  /** Whether a connection needs a client certificate. */
  TLS_CLIENT_AUTH: z.enum(['required', 'optional'], 'must be required or optional').default('required'),
  /** Whose `X-Forwarded-For` is believed. */
  TRUSTED_PROXIES: list(
    isNetwork,
    'must be addresses or networks (10.0.0.0/8) with commas between them',
  ).default([]),
  /** Requests of one caller. */
  RATE_LIMIT_PER_SECOND: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  RATE_LIMIT_BURST: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  MAX_BODY_BYTES: wholeNumber({ min: 1_024, max: 1_073_741_824 }).default(DEFAULT_LIMITS.bodyBytes),
  MAX_HEADER_BYTES: wholeNumber({ min: 1_024, max: 1_048_576 }).default(DEFAULT_LIMITS.headerBytes),
  MAX_CONNECTIONS: wholeNumber({ min: 1, max: 1_000_000 }).default(DEFAULT_LIMITS.connections),
  HEADERS_TIMEOUT_MS: wholeNumber({ min: 100, max: 600_000 }).default(DEFAULT_LIMITS.headersTimeout),
  REQUEST_TIMEOUT_MS: wholeNumber({ min: 100, max: 600_000 }).default(DEFAULT_LIMITS.requestTimeout),
  ANSWER_TIMEOUT_MS: wholeNumber({ min: 100, max: 600_000 }).default(DEFAULT_LIMITS.answerTimeout),
  KEEP_ALIVE_TIMEOUT_MS: wholeNumber({ min: 100, max: 3_600_000 }).default(DEFAULT_LIMITS.keepAliveTimeout),
  /** Answers of at least so many bytes are compressed for clients that ask for it. */
  COMPRESS_FROM_BYTES: wholeNumber({ min: 0, max: 1_073_741_824 }).default(COMPRESS_FROM),
})

export type EdgeConfig = Readonly<z.output<typeof edgeConfig>>

/** Words with commas between them. */
function list<T extends string>(isOne: (word: string) => word is T, message: string) {
  return z
    .string()
    .transform(text => text.split(',').map(word => word.trim()))
    .refine((words): words is T[] => words.every(isOne), message)
}

function isScope(word: string): word is Scope {
  return (SCOPES as readonly string[]).includes(word)
}

function isNetwork(word: string): word is string {
  return /^[0-9a-fA-F.:]+(?:\/\d{1,3})?$/.test(word)
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])

/** A path, or an address. One without TLS would let anybody on the way put keys of his own in: only this machine may. */
function jwksPlace() {
  return z.string().refine(place => {
    if (!URL.canParse(place)) return true
    const { protocol, hostname } = new URL(place)
    return protocol === 'https:' || (protocol === 'http:' && LOCAL.has(hostname))
  }, 'must be a path, or an address https://…')
}
