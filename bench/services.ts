import { topics } from '@millrace/core'
import { TopicSerdes } from '@millrace/platform'
import type { Deployment } from '../test/harness/deployment.ts'
import { readTopic } from '../test/harness/read-topic.ts'
import { SERVICES } from '../test/harness/service-process.ts'
import { Meter, reportServices } from './meter.ts'
import { type Matrix, measureOnnx } from './onnx-floor.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'
import { startServices } from './run-services.ts'
import { MODEL_FILE } from './serving/model.ts'
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
        const cpuSeconds = usage.services[0]!.cpuSeconds
        const perPrediction = (cpuSeconds / transactions) * 1e6
        const floor = await measureOnnx(
          MODEL_FILE,
          await vectorsOf(deployment, Math.min(transactions, FLOOR_ROWS)),
          BATCH_ROWS,
        )
        report('services', 'scorer.prediction.cpu', perPrediction, 'us/prediction')
        report('services', 'scorer.onnx.cpu', floor, 'us/prediction')
        report('services', 'scorer.prediction.cpu_above_onnx', perPrediction - floor, 'us/prediction')
      }
      await services[0]!.stop()
    }
  })
}

/** At least so many vectors that were scored. */
async function vectorsOf({ kafka, pipeline, directory }: Deployment, count: number): Promise<Matrix> {
  const topic = topics.vectorsTopic(pipeline)
  const serde = await new TopicSerdes(pipeline, directory).vectors(topic)
  const messages = await readTopic(kafka, topic, read => read.length >= count)
  const columns = pipeline.model.inputs.length
  const rows = messages.map(({ value }) => serde.decode(value).vector)
  const data = Float32Array.from(rows.flat(), value => value ?? Number.NaN)
  return { data, columns }
}
