/**
 * `npm run bench [-- NAME …] [--quick] [--rival] [--cpu-prof DIR]`: prints one JSON line per figure, after one that
 * names the machine.
 */
import { parseArgs } from 'node:util'
import type { BenchOptions } from './options.ts'
import { reportMachine } from './report.ts'

type Bench = (options: BenchOptions) => Promise<void>

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  engine: async () => (await import('./engine.ts')).benchEngine,
  floors: async () => (await import('./floors.ts')).benchFloors,
  services: async () => (await import('./services.ts')).benchServices,
  path: async () => (await import('./path.ts')).benchPath,
  latency: async () => (await import('./latency.ts')).benchLatency,
  backfill: async () => (await import('./backfill.ts')).benchBackfill,
  batch: async () => (await import('./batch.ts')).benchBatch,
  lookup: async () => (await import('./lookup/lookup.ts')).benchLookup,
  explain: async () => (await import('./explain.ts')).benchExplain,
  score: async () => (await import('./score/score.ts')).benchScore,
  edge: async () => (await import('./edge/edge.ts')).benchEdge,
  serving: async () => (await import('./serving/serving.ts')).benchServing,
  entities: async () => (await import('./entities/entities.ts')).benchEntities,
  store: async () => (await import('./store-size.ts')).benchStoreSize,
  grpc: async () => (await import('./grpc/grpc.ts')).benchGrpc,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rival: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
})

if (positionals[0] === 'job') await import('./job/run.ts')
else await runBenches(positionals.length > 0 ? positionals : Object.keys(BENCHES))

async function runBenches(names: readonly string[]): Promise<void> {
  const unknown = names.filter(name => !Object.hasOwn(BENCHES, name))
  if (unknown.length > 0) {
    console.error(
      `There is no bench ${unknown.join(', ')}: choose from ${Object.keys(BENCHES).join(', ')}, job.`,
    )
    process.exit(2)
  }
  reportMachine()
  const options = { quick: values.quick, rival: values.rival, cpuProfiles: values['cpu-prof'] }
  for (const name of names) await (await BENCHES[name]!())(options)
  process.exit(0)
}
