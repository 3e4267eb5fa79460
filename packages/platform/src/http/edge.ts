import { MillraceError } from '@millrace/core'
import type { Logger } from '../logging/logger.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import { Access } from './auth/access.ts'
import { Authenticator } from './auth/authenticator.ts'
import { parseCallers } from './auth/caller-file.ts'
import { CallerList } from './auth/caller-list.ts'
import { ALL_SCOPES, type Scope } from './auth/scope.ts'
import { openTokenKeys } from './auth/token-keys.ts'
import { TokenVerifier } from './auth/token-verifier.ts'
import { checkEdge } from './check-edge.ts'
import type { EdgeConfig } from './edge-config.ts'
import { EdgeMetrics } from './edge-metrics.ts'
import { followFiles } from './follow-files.ts'
import type { HttpLimits } from './limits/http-limits.ts'
import { RateLimiter } from './limits/rate-limiter.ts'
import { TlsFiles } from './tls/tls-files.ts'

/** What stands between a server and its callers. HTTP and gRPC of one process share it. */
export interface Edge {
  readonly access: Access
  /** Undefined without TLS. */
  readonly tls: TlsFiles | undefined
  readonly limits: HttpLimits
  readonly trustedProxies: readonly string[]
  /** Answers of at least so many bytes are compressed. */
  readonly compressFrom: number
  /** Follows its files no longer. */
  close(): void
}

interface EdgeContext {
  readonly logger: Logger
  readonly metrics: MetricsRegistry
}

/** An edge under construction. */
interface Builder {
  readonly config: EdgeConfig
  readonly onTrouble: (error: unknown) => void
  readonly closers: (() => void)[]
}

/** Opens the edge that a configuration asks for. Throws CONFIG_INVALID with every fault, or with the file that has one. */
export async function openEdge(config: EdgeConfig, { logger, metrics }: EdgeContext): Promise<Edge> {
  checkEdge(config)
  const onTrouble = (error: unknown): void =>
    logger.error({ err: error }, 'keys or certificates cannot be renewed: the former ones stay in use')
  const builder: Builder = { config, onTrouble, closers: [] }
  const close = (): void => {
    for (const stop of builder.closers) stop()
  }
  try {
    const access = await openAccess(builder, new EdgeMetrics(metrics))
    return { access, tls: await openTls(builder), ...plainSettings(config), close }
  } catch (error) {
    close()
    throw error
  }
}

async function openAccess(builder: Builder, metrics: EdgeMetrics): Promise<Access> {
  const { RATE_LIMIT_PER_SECOND: perSecond, RATE_LIMIT_BURST: burst } = builder.config
  const anonymous = anonymousScopes(builder.config)
  const callers = await openCallers(builder)
  const tokens = await openTokens(builder)
  return new Access({
    authenticator: new Authenticator({ callers, tokens, anonymous }),
    limiter: new RateLimiter({
      rate: perSecond === undefined ? undefined : { perSecond, ...(burst && { burst }) },
    }),
    anonymous,
    onRefused: error => metrics.refused(error),
  })
}

/** Where nobody can say who he is, on a laptop or by AUTH=none, anybody may do everything. */
function anonymousScopes({
  AUTH,
  API_KEYS_FILE,
  JWT_JWKS,
  ANONYMOUS_SCOPES,
}: EdgeConfig): ReadonlySet<Scope> {
  const isOpen = AUTH === 'none' || (API_KEYS_FILE === undefined && JWT_JWKS === undefined)
  return isOpen ? ALL_SCOPES : new Set(ANONYMOUS_SCOPES)
}

async function openCallers({ config, onTrouble, closers }: Builder): Promise<CallerList | undefined> {
  const { API_KEYS_FILE: file } = config
  if (file === undefined) return undefined
  const callers = new CallerList()
  const take = ([text]: readonly Buffer[]): void => callers.replace(parseCallers(String(text)))
  const followed = await followFiles([file], take, { onTrouble }).catch(unusable('API_KEYS_FILE'))
  closers.push(() => followed.stop())
  return callers
}

async function openTokens({ config, onTrouble, closers }: Builder): Promise<TokenVerifier | undefined> {
  const { JWT_JWKS: place, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config
  if (place === undefined) return undefined
  const onChange = (): void => verifier?.forget()
  let verifier: TokenVerifier | undefined
  const keys = await openTokenKeys(place, { onChange, onTrouble }).catch(unusable('JWT_JWKS'))
  closers.push(() => keys.stop())
  verifier = new TokenVerifier({ keys: keys.find, issuer: issuer!, audience: audience!, onTrouble })
  return verifier
}

async function openTls({ config, onTrouble, closers }: Builder): Promise<TlsFiles | undefined> {
  const { TLS_CERT_FILE: certificate, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE: clientAuthority } = config
  if (certificate === undefined || key === undefined) return undefined
  const clientOptional = config.TLS_CLIENT_AUTH === 'optional'
  const tls = await TlsFiles.open({ certificate, key, clientAuthority, clientOptional }, onTrouble).catch(
    unusable('TLS_CERT_FILE, TLS_KEY_FILE or TLS_CLIENT_CA_FILE'),
  )
  closers.push(() => tls.stop())
  return tls
}

function unusable(variable: string): (cause: Error) => never {
  return cause => {
    throw new MillraceError('CONFIG_INVALID', `${variable} cannot be used: ${cause.message}`, { cause })
  }
}

function plainSettings(config: EdgeConfig): Pick<Edge, 'limits' | 'trustedProxies' | 'compressFrom'> {
  return {
    limits: {
      bodyBytes: config.MAX_BODY_BYTES,
      headerBytes: config.MAX_HEADER_BYTES,
      connections: config.MAX_CONNECTIONS,
      headersTimeout: config.HEADERS_TIMEOUT_MS,
      requestTimeout: config.REQUEST_TIMEOUT_MS,
      answerTimeout: config.ANSWER_TIMEOUT_MS,
      keepAliveTimeout: config.KEEP_ALIVE_TIMEOUT_MS,
    },
    trustedProxies: config.TRUSTED_PROXIES,
    compressFrom: config.COMPRESS_FROM_BYTES,
  }
}
