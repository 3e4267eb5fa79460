import { MillraceError } from '@millrace/core'
import { findLocalStack, type StackAddresses } from '@millrace/platform/local-stack'
import { stackStateFile } from '../paths.ts'

const VARIABLES: Readonly<Record<keyof StackAddresses, string>> = {
  kafkaBrokers: 'KAFKA_BROKERS',
  redisUrl: 'REDIS_URL',
  schemaRegistryUrl: 'SCHEMA_REGISTRY_URL',
}

/**
 * Where the parts are that a command needs: as the environment says, else those of the stack of `millrace up`. Throws
 * CONFIG_INVALID when neither tells.
 */
export async function findAddresses<P extends keyof StackAddresses>(
  env: NodeJS.ProcessEnv,
  parts: readonly P[],
): Promise<Pick<StackAddresses, P>> {
  const given = Object.fromEntries(parts.map(part => [part, env[VARIABLES[part]] ?? '']))
  if (parts.every(part => given[part] !== '')) return given as Pick<StackAddresses, P>
  const stack = await findLocalStack({ stateFile: stackStateFile() })
  if (stack !== undefined) return stack.addresses
  const names = parts.map(part => VARIABLES[part]).join(' and ')
  throw new MillraceError('CONFIG_INVALID', `Where to? Set ${names}, or start a stack with "millrace up".`)
}
