import { SERVICES } from '../test/harness/service-process.ts'
import { Meter, reportServices } from './meter.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'
import { startServices } from './run-services.ts'
import { countTransactions, produceEvents, simulateDays, withDeployment } from './workload.ts'

/**
 * Each service alone at backlog: the ingestor on raw transactions and labels, each other one on what the one before
 * made of them. An event is a raw record, so that the services add up to the path; about half of them are transactions,
 * which alone are scored.
 */
export async function benchServices({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const events = simulateDays(quick ? 20 : 80)
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
        report('services', 'scorer.prediction.cpu', (cpuSeconds / transactions) * 1e6, 'us/prediction')
      }
      await services[0]!.stop()
    }
  })
}
