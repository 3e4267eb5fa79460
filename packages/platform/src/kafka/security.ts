import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import type { KafkaConfig, SASLOptions } from 'kafkajs'
import { z } from 'zod'
import { type ConfigRule, checkRules, configInvalid } from '../config/config-faults.ts'
import { type Environment, loadConfig } from '../config/load-config.ts'
import { toggle } from '../config/plain-fields.ts'

/** How a client shows the brokers who it is, and makes sure that they are those. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** What every client of Kafka reads from its environment about its connections, with the names that Kafka has for it. */
export const kafkaSecurityConfig = z.object({
  /** Whether connections are encrypted. */
  KAFKA_TLS: toggle().default(false),
  /** Who signs the brokers' certificates; else those that Node trusts. */
  KAFKA_TLS_CA_FILE: z.string().optional(),
  /** The client's certificate, for brokers that ask for one. */
  KAFKA_TLS_CERT_FILE: z.string().optional(),
  KAFKA_TLS_KEY_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z.enum(MECHANISMS, `must be one of ${MECHANISMS.join(', ')}`).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
})

export type KafkaSecurityConfig = Readonly<z.output<typeof kafkaSecurityConfig>>

/** Reads files and credentials for connections to Kafka. Throws CONFIG_INVALID with everything that is wrong with them. */
export function openKafkaSecurity(config: KafkaSecurityConfig): KafkaSecurity {
  checkRules(RULES, config)
  const { KAFKA_TLS, KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = config
  return {
    ...(KAFKA_TLS && { ssl: tlsOf(config) }),
    ...(KAFKA_SASL_MECHANISM && {
      sasl: {
        mechanism: KAFKA_SASL_MECHANISM.toLowerCase(),
        username: KAFKA_SASL_USERNAME!,
        password: KAFKA_SASL_PASSWORD!,
      } as SASLOptions,
    }),
  }
}

/** As `openKafkaSecurity`, from environment variables. */
export function kafkaSecurityFrom(env: Environment): KafkaSecurity {
  return openKafkaSecurity(loadConfig(kafkaSecurityConfig, env))
}

const TLS_FILES = ['KAFKA_TLS_CA_FILE', 'KAFKA_TLS_CERT_FILE', 'KAFKA_TLS_KEY_FILE'] as const

const RULES: readonly ConfigRule<KafkaSecurityConfig>[] = [
  [
    config => !config.KAFKA_TLS && TLS_FILES.some(name => config[name] !== undefined),
    `${TLS_FILES.join(', ')}: are of no use without KAFKA_TLS=true`,
  ],
  [
    ({ KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key }) => (cert === undefined) !== (key === undefined),
    'KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE: set both, or none',
  ],
  [
    ({ KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD }) =>
      new Set(
        [KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD].map(value => value === undefined),
      ).size > 1,
    'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: set all three, or none',
  ],
]

function tlsOf(config: KafkaSecurityConfig): ConnectionOptions {
  const [ca, cert, key] = TLS_FILES.map(name => contentOf(name, config[name]))
  const options = { minVersion: 'TLSv1.2', ...(ca && { ca }), ...(cert && { cert, key: key! }) } as const
  try {
    createSecureContext(options)
  } catch (cause) {
    throw configInvalid([`${TLS_FILES.join(', ')}: are no PEM, or a key of another certificate`], cause)
  }
  return options
}

function contentOf(name: string, path: string | undefined): Buffer | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path)
  } catch (cause) {
    throw configInvalid([`${name}: the file cannot be read`], cause)
  }
}
