import { stdSerializers } from 'pino'

/** What an error of Node's system calls, of HTTP and of ours is known by. */
const KEPT = [
  'type',
  'message',
  'stack',
  'code',
  'details',
  'errno',
  'syscall',
  'address',
  'port',
  'statusCode',
]

/**
 * An error as it is logged: what is known to be harmless. Libraries hang on their errors what was at hand when they
 * happened, such as the claims of a token or the arguments of a command to Redis, which are nobody's to read in a log.
 */
export function errorFields(error: Error): object {
  const fields = stdSerializers.err(error) as object
  return Object.fromEntries(Object.entries(fields).filter(([name]) => KEPT.includes(name)))
}
