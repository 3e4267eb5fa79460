import type { VectorRecord } from '@millrace/core'
import { readVectors } from '../test/harness/read-vectors.ts'
import { SERVICES } from '../test/harness/service-process.ts'
import { Meter, reportServices } from './meter.ts'
import { measureOnnx } from './onnx-floor.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'
import { startServices } from './run-services.ts'
import { COLUMNS, MODEL_FILE } from './serving/model.ts'
import { countTransactions, produceEvents, simulateDays, withDeployment } from './workload.ts'

/** As the scorer gives them to the model: of each of four partitions those of a batch. */
const BATCH_ROWS = 512
/** So many that the floor is that of vectors as they come, and no more. */
const FLOOR_ROWS = 100_000

/**
 * Each service alone at backlog: the ingestor on raw transactions and labels, each other one on what the one before
 * made of them. An event is a raw record, so that the services add up to the path; about half of them are transactions,
 * which alone are scored. Beside the scorer, what it cannot be cheaper than: ONNX Runtime alone on the same vectors.
 */
export async function benchServices({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const events = simulateDays(quick ? 20 : 300)
  const transactions = countTransactions(events)
  await withDeployment(async deployment => {
    await produceEvents(deployment, events)
    for (const name of SERVICES) {
      const services = await startServices(deployment, [name], cpuProfiles)
      const meter = await Meter.start(services)
      await deployment.drained(deployment.stagesOf(name))
      const usage = await meter.stop()
      // A backlog is a handful of windows to the drift monitor: it is through before the clock starts.
      if (name !== 'drift-monitor')
        report('services', `${name}.rate`, events.length / usage.seconds, 'events/s')
      reportServices('services', usage, events.length)
      if (name === 'scorer') {
        const cpuUs = (usage.services[0]!.cpuSeconds / transactions) * 1e6
        await reportAboveOnnx(cpuUs, await readVectors(deployment, Math.min(transactions, FLOOR_ROWS)))
      }
      await services[0]!.stop()
    }
  })
}

/** @param cpuUs what the scorer took for a prediction (µs of CPU) */
async function reportAboveOnnx(cpuUs: number, records: readonly VectorRecord[]): Promise<void> {
  const data = Float32Array.from(records.flatMap(({ vector }) => vector))
  const floor = await measureOnnx(MODEL_FILE, { data, columns: COLUMNS }, BATCH_ROWS)
  report('services', 'scorer.prediction.cpu', cpuUs, 'us/prediction')
  report('services', 'scorer.onnx.cpu', floor, 'us/prediction')
  report('services', 'scorer.prediction.cpu_above_onnx', cpuUs - floor, 'us/prediction')
}
