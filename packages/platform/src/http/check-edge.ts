import { BlockList, isIP } from 'node:net'
import { type ConfigRule, checkRules } from '../config/config-faults.ts'
import type { EdgeConfig } from './edge-config.ts'

/** Throws CONFIG_INVALID with every setting that cannot go with another. */
export function checkEdge(config: EdgeConfig): void {
  checkRules(RULES, config)
}

const RULES: readonly ConfigRule<EdgeConfig>[] = [
  [
    config => !isLoopback(config.HTTP_HOST) && !isAuthenticated(config) && config.AUTH === undefined,
    'HTTP_HOST: other machines would reach the server, and anybody on them could call it: set API_KEYS_FILE or JWT_JWKS, or AUTH=none if something before it decides who may call',
  ],
  [
    config => config.AUTH === 'none' && isAuthenticated(config),
    'AUTH: none contradicts API_KEYS_FILE and JWT_JWKS: unset one of them, or give ANONYMOUS_SCOPES',
  ],
  [
    ({ JWT_JWKS, JWT_ISSUER, JWT_AUDIENCE }) =>
      new Set([JWT_JWKS, JWT_ISSUER, JWT_AUDIENCE].map(isSet)).size > 1,
    'JWT_JWKS, JWT_ISSUER, JWT_AUDIENCE: set all three, or none',
  ],
  [
    ({ TLS_CERT_FILE, TLS_KEY_FILE }) => isSet(TLS_CERT_FILE) !== isSet(TLS_KEY_FILE),
    'TLS_CERT_FILE, TLS_KEY_FILE: set both, or none',
  ],
  [
    ({ TLS_CLIENT_CA_FILE, TLS_CERT_FILE }) => isSet(TLS_CLIENT_CA_FILE) && !isSet(TLS_CERT_FILE),
    'TLS_CLIENT_CA_FILE: client certificates need TLS: set TLS_CERT_FILE and TLS_KEY_FILE',
  ],
  [
    ({ RATE_LIMIT_BURST, RATE_LIMIT_PER_SECOND }) =>
      RATE_LIMIT_BURST !== undefined && RATE_LIMIT_PER_SECOND === undefined,
    'RATE_LIMIT_BURST: needs RATE_LIMIT_PER_SECOND',
  ],
]

function isSet(value: string | undefined): boolean {
  return value !== undefined
}

function isAuthenticated({ API_KEYS_FILE, JWT_JWKS }: EdgeConfig): boolean {
  return isSet(API_KEYS_FILE) || isSet(JWT_JWKS)
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether only this machine reaches a server on `host`. Any other name than `localhost` may mean any address. */
function isLoopback(host: string): boolean {
  const family = isIP(host)
  return family === 0 ? host === 'localhost' : LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
