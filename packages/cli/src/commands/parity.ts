import { availableParallelism } from 'node:os'
import { loadPipeline } from '@millrace/platform'
import { showProgress } from '../backfill/show-progress.ts'
import { KafkaEventLog } from '../history/event-log.ts'
import { type GivenOptions, readNumber, readOptions, readText, readTime } from '../options.ts'
import { askScorer } from '../parity/compare-requested.ts'
import { describeParity } from '../parity/describe-parity.ts'
import { type ParityOptions, runParity } from '../parity/run-parity.ts'
import { defaultPipelineFile } from '../paths.ts'
import { UsageError } from '../usage.ts'

const SHOW = 10
const REQUESTS = 100

/** `millrace parity`: compares logged, recomputed and requested vectors. Answers the exit code: 1 when any differ. */
export async function parity(args: readonly string[]): Promise<number> {
  const given = readOptions(args, {
    pipeline: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    sample: { type: 'string' },
    tolerance: { type: 'string' },
    show: { type: 'string' },
    scorer: { type: 'string' },
    requests: { type: 'string' },
    workers: { type: 'string' },
  })
  const options = optionsOf(given)
  const pipeline = await loadPipeline(options.pipelineFile)
  await using log = await KafkaEventLog.open(pipeline)
  const report = await runParity(pipeline, log, options, showProgress(process.stderr))
  console.log(describeParity(pipeline, report, options.show).join('\n'))
  return report.logged.differing + (report.requested?.mismatches.length ?? 0) > 0 ? 1 : 0
}

function optionsOf(given: GivenOptions): ParityOptions {
  const url = readText(given, 'scorer')
  if (url !== undefined && !/^https?:\/\//.test(url))
    throw new UsageError(`--scorer must be an address like http://127.0.0.1:3003, not "${url}".`)
  return {
    pipelineFile: readText(given, 'pipeline') ?? defaultPipelineFile(),
    selection: {
      from: readTime(given, 'from') ?? Number.NEGATIVE_INFINITY,
      to: readTime(given, 'to') ?? Number.POSITIVE_INFINITY,
      sample: readNumber(given, 'sample', { min: 0, max: 1, whole: false }) ?? 1,
      tolerance: readNumber(given, 'tolerance', { min: 0, whole: false }) ?? 0,
    },
    workers: readNumber(given, 'workers', { min: 1, max: 256 }) ?? availableParallelism(),
    show: readNumber(given, 'show', { min: 0, max: 1_000 }) ?? SHOW,
    requests: readNumber(given, 'requests', { min: 1, max: 100_000 }) ?? REQUESTS,
    request: url === undefined ? undefined : askScorer(url, process.env['MILLRACE_API_KEY']),
  }
}
