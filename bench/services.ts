import type { Deployment } from '../test/harness/deployment.ts'
import { readVectors } from '../test/harness/read-vectors.ts'
import { SERVICES } from '../test/harness/service-process.ts'
import { Meter, reportServices } from './meter.ts'
import { measureOnnx } from './onnx-floor.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'
import { startServices } from './run-services.ts'
import { COLUMNS, MODEL_FILE } from './serving/model.ts'
import { WarmMeter } from './warm-meter.ts'
import { countTransactions, produceEvents, simulateDays, withDeployment } from './workload.ts'

/** As the scorer gives them to the model: of each of four partitions those of a batch. */
const BATCH_ROWS = 512
/** So many that the floor is that of vectors as they come, and no more. */
const FLOOR_ROWS = 100_000

/**
 * Each service alone at backlog: the ingestor on raw transactions and labels, each other one on what the one before
 * made of them. An event is a raw record, so that the services add up to the path; about half of them are transactions,
 * which alone are scored. Warm is the second half of the backlog, without the compiling that each start begins with.
 * Beside the scorer, what it cannot be cheaper than: ONNX Runtime alone on the same vectors.
 */
export async function benchServices({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const events = simulateDays(quick ? 20 : 300)
  const transactions = countTransactions(events)
  await withDeployment(async deployment => {
    await produceEvents(deployment, events)
    for (const name of SERVICES) {
      const services = await startServices(deployment, [name], cpuProfiles)
      const service = services[0]!
      const meter = await Meter.start(services)
      const warmMeter = new WarmMeter(service)
      await deployment.drained(deployment.stagesOf(name))
      const usage = await meter.stop()
      const warm = await warmMeter.stop()
      const warmCpuUs = (warm.cpuSeconds / warm.share) * 1e6
      // A backlog is a handful of windows to the drift monitor: it is through before the clock starts.
      if (name !== 'drift-monitor') {
        report('services', `${name}.rate`, events.length / usage.seconds, 'events/s')
        report('services', `${name}.warm.cpu`, warmCpuUs / events.length, 'us/event')
      }
      reportServices('services', usage, events.length)
      if (name === 'scorer') {
        const cpuUs = usage.services[0]!.cpuSeconds * 1e6
        const floor = await measureFloor(deployment, transactions)
        reportPredictions(cpuUs / transactions, warmCpuUs / transactions, floor)
      }
      await service.stop()
    }
  })
}

/** What ONNX Runtime takes for a vector of those that were scored (µs of CPU). */
async function measureFloor(deployment: Deployment, transactions: number): Promise<number> {
  const records = await readVectors(deployment, Math.min(transactions, FLOOR_ROWS))
  const data = Float32Array.from(records.flatMap(({ vector }) => vector))
  return measureOnnx(MODEL_FILE, { data, columns: COLUMNS }, BATCH_ROWS)
}

/** Prints what the scorer takes for a prediction, in all and above ONNX Runtime (µs of CPU). */
function reportPredictions(cpuUs: number, warmCpuUs: number, floor: number): void {
  const figures = {
    cpu: cpuUs,
    'warm.cpu': warmCpuUs,
    'onnx.cpu': floor,
    cpu_above_onnx: cpuUs - floor,
    'warm.cpu_above_onnx': warmCpuUs - floor,
  }
  for (const [name, value] of Object.entries(figures))
    report('services', `scorer.prediction.${name}`, value, 'us/prediction')
}
