import { MillraceError } from '@millrace/core'
import { USAGE, UsageError } from './usage.ts'

type Command = (args: readonly string[]) => Promise<number>

/** Loaded when they are called: the help needs no Kafka client. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  validate: async () => (await import('./commands/validate.ts')).validate,
  dev: async () => (await import('./commands/dev.ts')).dev,
  model: async () => (await import('./commands/model.ts')).model,
  models: async () => (await import('./commands/models.ts')).models,
  fit: async () => (await import('./commands/fit.ts')).fit,
  start: async () => (await import('./commands/start.ts')).start,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  serve: async () => (await import('./commands/serve.ts')).serve,
  score: async () => (await import('./commands/score.ts')).score,
  up: async () => (await import('./commands/stack.ts')).up,
  down: async () => (await import('./commands/stack.ts')).down,
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  switch: async () => (await import('./commands/switch.ts')).switchVersion,
  features: async () => (await import('./commands/features.ts')).features,
  parity: async () => (await import('./commands/parity.ts')).parity,
  entity: async () => (await import('./commands/entity.ts')).entity,
  keys: async () => (await import('./commands/keys.ts')).keys,
  backfill: async () => (await import('./commands/backfill.ts')).backfill,
  archive: async () => (await import('./commands/archive.ts')).archive,
  'training-set': async () => (await import('./commands/training-set.ts')).trainingSet,
  metrics: async () => (await import('./commands/metrics.ts')).metrics,
  schemas: async () => (await import('./commands/schemas.ts')).schemas,
}

const FAILED = 1
const MISUSED = 2

silenceWarnings()
process.exit(await main(process.argv.slice(2)))

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name) || args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE)
    return 0
  }
  try {
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (load === undefined) throw new UsageError(`There is no command "${name}".`)
    const command = await load()
    return await command(args)
  } catch (error) {
    return report(error)
  }
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`)
    return MISUSED
  }
  const isExpected = error instanceof MillraceError
  console.error(isExpected ? `${error.code}: ${error.message}` : error)
  return FAILED
}

/** Types are stripped on purpose: that is not for users to see. */
function silenceWarnings(): void {
  process.removeAllListeners('warning')
  process.on('warning', warning => {
    if (warning.name !== 'ExperimentalWarning') console.error(`${warning.name}: ${warning.message}`)
  })
}
