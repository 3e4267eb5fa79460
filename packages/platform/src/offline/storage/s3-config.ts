import { MillraceError } from '@millrace/core'

/** Where a bucket is and who asks, as every AWS tool reads it from the environment. */
export interface S3Config {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const

/** Reads AWS_*. Throws CONFIG_INVALID when the keys are missing or the endpoint is no URL. */
export function readS3Config(env: NodeJS.ProcessEnv): S3Config {
  const missing = KEYS.filter(name => !env[name])
  if (missing.length > 0) throw invalid(`An s3:// place needs ${missing.join(' and ')} in the environment.`)
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1'
  const given = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']
  const endpoint = given || `https://s3.${region}.amazonaws.com`
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw invalid(
      `The endpoint of S3 must be an address like https://storage.example:9000, not "${endpoint}".`,
    )
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    region,
    accessKeyId: env['AWS_ACCESS_KEY_ID']!,
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY']!,
    sessionToken: env['AWS_SESSION_TOKEN'] || undefined,
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', message)
}
