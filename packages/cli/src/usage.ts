export const USAGE = `Usage: millrace <command> [options]

Commands
  start     Run everything here: local stack, services, input, live view
  up        Start Kafka, Redis and the schema registry, and leave them running
  down      Stop what "up" or "start --keep" left running
  deploy    Create the topics and register the schemas of a pipeline
  schemas   Write the schema of every topic to schemas/
  help      Show this text

Options of start
  --events N            End after N transactions (after the history)
  --input FILE          Stream a CSV or NDJSON file (plain or gzip) instead of the simulation
  --vectors FILE        Write features and score of each row of the input, as NDJSON
  --speed X|max         Event time per wall-clock time (simulation: 43200, a day in 2 s; file: max)
  --history DAYS        Simulated days before the clock starts (44)
  --customers N         Simulated customers (1000)
  --terminals N         Simulated terminals (2000)
  --seed N              Seed of the simulation (1)
  --drift-from-day D    From simulated day D on ...
  --drift-factor F      ... genuine amounts are F times what they were
  --order ORDER         arrival (simulation) or strict (file): how partitions are merged
  --builders N          Feature builder processes (1)
  --keep                Leave the local stack running at the end

Options of start and deploy
  --pipeline FILE       The pipeline's declaration (pipelines/card-fraud/pipeline.ts)
  --partitions N        Partitions between the stages (4)

Options of schemas
  --pipeline FILE       As above
  --check               Change nothing; fail when a file is stale

KAFKA_BROKERS, REDIS_URL and SCHEMA_REGISTRY_URL name parts that run already.
`

/** The command line cannot be understood: the usage is shown, and the exit code is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
