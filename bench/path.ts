import { topics } from '@millrace/core'
import { readTopic } from '../test/harness/read-topic.ts'
import { SERVICES } from '../test/harness/service-process.ts'
import { Meter, reportServices, reportTotals } from './meter.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'
import { startServices } from './run-services.ts'
import { countTransactions, produceEvents, simulateDays, withDeployment } from './workload.ts'

/**
 * The whole path at backlog: raw transactions and labels → predictions, all four services as they are shipped. An
 * event is a raw record of either kind; the clock starts when the ingestor, the last to start, is ready.
 */
export async function benchPath({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const events = simulateDays(quick ? 20 : 80)
  await withDeployment(async deployment => {
    await produceEvents(deployment, events)
    const services = await startServices(deployment, SERVICES.toReversed(), cpuProfiles)
    const meter = await Meter.start(services)
    const transactions = countTransactions(events)
    const predictions = topics.predictionsTopic(deployment.pipeline)
    await readTopic(deployment.kafka, predictions, messages => messages.length >= transactions)
    await deployment.drained()
    const usage = await meter.stop()
    report('path', 'rate', events.length / usage.seconds, 'events/s')
    reportServices('path', usage, events.length)
    reportTotals('path', usage, events.length)
    await Promise.all(services.map(service => service.stop()))
  })
}
