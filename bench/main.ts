/** `npm run bench [-- NAME …] [--quick]`: prints one JSON line per figure. */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'

type Bench = (quick: boolean) => Promise<void>

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  engine: async () => (await import('./engine.ts')).benchEngine,
  floors: async () => (await import('./floors.ts')).benchFloors,
  path: async () => (await import('./path.ts')).benchPath,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
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
  const [cpu] = cpus()
  console.error(`Node ${process.version}, ${cpus().length} × ${cpu?.model.trim() || 'unnamed processor'}`)
  for (const name of names) await (await BENCHES[name]!())(values.quick)
  process.exit(0)
}
