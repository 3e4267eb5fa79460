import { CATALOGUE, describeMetrics } from '@millrace/platform/metrics'
import { readOptions } from '../options.ts'

/** `millrace metrics`: prints every metric of the services, as docs/metrics.md shows them. Answers the exit code. */
export async function metrics(args: readonly string[]): Promise<number> {
  readOptions(args, {})
  process.stdout.write(describeMetrics(CATALOGUE))
  return 0
}
