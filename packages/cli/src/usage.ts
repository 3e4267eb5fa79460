export const USAGE = `Usage: millrace <command> [options]

Commands
  init      Write a pipeline to start from into an empty folder
  validate  Show what follows from a pipeline, and every fault of it
  dev       Run a pipeline here, anew at each change of its files
  model     Write the next version of the model from rule.ts
  models    The versions of a model and their roles: models list, show [VERSION], promote VERSION,
            rollback, diff VERSION VERSION; a VERSION is a number, @ALIAS or models:/NAME@ALIAS
  fit       Learn from files of events what the pipeline's encoders need to know
  start     Run everything here once: local stack, services, input, live view
  simulate  Stream a pipeline's simulation to services that run elsewhere, from where an earlier run ended
  serve     Serve ONNX models with nothing else around: serve MODEL.onnx, or serve FOLDER; or run one service
            as this process: serve ingestor, feature-builder, scorer or drift-monitor
  score     Score the rows of a Parquet, CSV or NDJSON file: score FILE; exit code 3 when some have no score
  up        Start Kafka, Redis and the schema registry, and leave them running
  down      Stop what "up" or "start --keep" left running
  deploy    Create the topics and register the schemas of a pipeline
  switch    Let this version of a pipeline serve in place of the one that does
  features  Show what is known online of an entity: features get ENTITY; or which events made one of its
            values: features explain ENTITY
  entity    Let a view forget an entity: entity erase --view NAME --entity ID
  keys      Say who may call the services: keys create, keys list, or keys revoke ID
  schemas   Write the schema of every topic to schemas/
  metrics   Show every metric of the services, as Markdown
  backfill  Compute the vectors of past events from files and topics, as Parquet
  parity    Compare the logged vectors with recomputed and requested ones; exit code 1 when any differ
  archive   Write vectors, predictions and labels from their topics to Parquet, each once
  training-set
            Make a training set of an archive: vectors as they were logged, with their outcomes
  help      Show this text

Options of dev and start
  --events N            End after N scored events (after the history)
  --input FILE          Stream a file instead of the simulation: events as NDJSON, or the handbook's
                        rows as CSV or NDJSON (plain or gzip)
  --speed X|max         Event time per wall-clock time (dev: 3600, an hour in 1 s; start: 43200, a day
                        in 2 s; file: max)
  --history DAYS        Simulated days before the clock starts (dev: as far as the windows reach; start: a
                        week more)
  --seed N              Seed of the simulation (1)
  --order ORDER         arrival (simulation) or strict (file): how partitions are merged
  --builders N          Feature builder processes (1)

Options of start
  --keep                Leave the local stack running at the end
  --vectors FILE        Write features and score of each of the handbook's rows, as NDJSON
  --customers N         Simulated customers (1000)
  --terminals N         Simulated terminals (2000)
  --drift-from-day D    From simulated day D on ...
  --drift-factor F      ... genuine amounts are F times what they were

Options of simulate
  --events N, --history DAYS, --seed N, --customers N, --terminals N, --drift-from-day D, --drift-factor F
                        As of start; CLOCK is that of the services (the wall clock)
  --clock-file FILE     Send nothing: write CLOCK for services and a simulation that start now, as a file of
                        environment variables; a simulation that is continued goes on at the time it had come to
  --speed X             With --clock-file: event time per wall-clock time (3600)

Options of models
  --registry PLACE      An MLflow server (http://...), or a folder with a folder for each model
                        (MODEL_REGISTRY, else the model's own folder)
  --alias ALIAS         Promote, rollback: the role: champion, canary, shadow, challenger (champion)
  --share SHARE         Promote to canary: the share of keys that it answers, from 0 to 1

Options of serve MODEL.onnx or FOLDER
  --name NAME           What the model is called (the name of its file or folder)
  --host HOST           The address to listen on (HTTP_HOST, else 127.0.0.1)
  --port N              The port; 0 takes any free one (HTTP_PORT, else 8080)
  --grpc-port N         The port of gRPC; 0 takes any free one (GRPC_PORT, else 8081)
  --threads N           Threads of each model (1)
  --runtime-threads N   Threads that ONNX Runtime may use within each of them (1)
  --max-batch N         Rows that go to a model at once, at the most (512)
  --max-wait MS         How long rows wait for more while the model is busy (2)
  --inline MS           Small models: rows that take at most so long run in no thread; 0 is never (2)
  --watch               Take new, changed and removed files while it serves

Options of score
  --model PATH          A model file, or a folder with a model's versions: the newest one scores; or ...
  --pipeline FILE       ... the model of a pipeline, for vectors of "backfill"; decisions are added
  --output FILE         The file that is written, in the format of the input; a folder for a folder
  --columns A,B,C       The columns that the model's input is made of (those of its manifest, else those named
                        as its inputs)
  --prefix TEXT         What the names of the added columns begin with
  --threads N           Threads of the model (as many as processors)

Options of fit
  --input FILE          Events as of --input above, in the order of their times; may be given several
                        times
  --from TIME           Learn from scored events from this event time on (the first): a day, a time with
                        a zone, or epoch milliseconds
  --to TIME             ... and before this one (behind the last)

Options of backfill
  --input [TYPE=]FILE   Events as Parquet, CSV or NDJSON; TYPE is the event type of all its rows (else
                        the scored one, or what the rows say); given once for each file
  --input topic:[TYPE]  The clean topic of an event type, or of all
  --output FOLDER       Where the Parquet files and their manifest are written
  --workers N           Threads (as many as processors)
  --partitions N        Shares of each view's entities, each kept when it is finished (16)

Options of parity
  --from TIME           Compare vectors from this event time on, as of --from above
  --to TIME             ... and before this one
  --sample SHARE        Compare this share of the events, from 0 to 1 (1)
  --tolerance X         How far two values may lie apart (0)
  --show N              Show so many of the vectors that differ (10)
  --scorer URL          Ask this scorer as well, such as http://127.0.0.1:3003
  --requests N          ... for so many vectors at the most (100)
  --workers N           Threads (as many as processors)

Options of archive
  --output PLACE        A folder, or s3://BUCKET/PREFIX
  --follow              Go on until asked to end, instead of ending with what stands in the topics now
  --interval S          With --follow: how long to wait between two looks (300)
  --rows N              Records of a partition that go into the same files at the most (100000)

Options of training-set
  --archive PLACE       The archive, as written by "archive"
  --output FOLDER       Where the Parquet files and their manifest are written
  --from TIME           Vectors of events from this event time on (the first), as of fit above
  --to TIME             ... and before this one (behind the last)
  --as-of TIME          Use what was known by then (when the last outcome was known)
  --label-delay TIME    Leave out vectors that were younger by then, such as 7d or 12h (0s)

Options of switch
  --max-backlog N       How many records a stage of this version may be behind (1000)
  --timeout S           How long to wait for both versions to come past the cuts (60)

Options of validate, dev, model, models, fit, start, simulate, deploy, switch, features, entity, schemas,
backfill, archive, training-set and parity
  --pipeline FILE       The pipeline's declaration (PIPELINE, else pipeline.ts)

Options of validate, dev, start and deploy
  --partitions N        Partitions between the stages (4)

Options of features
  --view NAME           One feature view instead of all
  --at TIME             As of a time instead of now
  --feature NAME        The value to explain (needs --view)
  --all                 Explain: list all events of the entity, not the first and last that count
  --json                Explain: as JSON

Options of entity erase
  --view NAME           The feature view that is to forget
  --entity ID           Whose state it is to forget
  --reason TEXT         Why, for the audit
  --by NAME             Who asks, for the audit (the user of the operating system)
  --wait SECONDS        How long to wait until it is carried out (60)

Options of keys
  --file FILE           The file of keys (API_KEYS_FILE)
  --scope SCOPE         Create: what the caller may do; given once for each of score, read-features,
                        write-features, administer-models, read-metrics
  --id NAME             Create: the caller's name (a random one)
  --subject SUBJECT     Create: known by a client certificate with this subject, instead of by a key
  --rate N              Create: the caller's own rate, in requests per second
  --burst N             Create: ... and how many may come at once
  --expires TIME        Create: unknown from this time on

Options of schemas
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
