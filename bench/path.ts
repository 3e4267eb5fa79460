import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days, topics } from '@millrace/core'
import { Deployment, TEST_NOW } from '../test/harness/deployment.ts'
import { produce } from '../test/harness/raw-topics.ts'
import { readTopic } from '../test/harness/read-topic.ts'
import { rawRecordOf } from '../test/harness/replay.ts'
import { SERVICES, type ServiceProcess } from '../test/harness/service-process.ts'
import { machineCpuSeconds, report } from './report.ts'

interface Usage {
  readonly cpuSeconds: number
  readonly memoryBytes: number
}

/** The whole path at backlog: raw transactions and labels → predictions, all four services as they are shipped. */
export async function benchPath(quick: boolean): Promise<void> {
  const cleanups: (() => Promise<void>)[] = []
  const deployment = await Deployment.start(
    { after: cleanup => void cleanups.push(cleanup) },
    { order: 'arrival' },
  )
  try {
    const events = [
      ...simulate({
        seed: 1,
        customers: 1_000,
        terminals: 2_000,
        start: TEST_NOW - days(90),
        days: quick ? 20 : 80,
      }),
    ]
    await produceAll(deployment, events)
    await benchBacklog(deployment, events)
  } finally {
    for (const cleanup of cleanups) await cleanup()
  }
}

async function produceAll(deployment: Deployment, events: readonly SimulatedEvent[]): Promise<void> {
  await produce(
    deployment.kafka,
    events.map(event => rawRecordOf(event, deployment.rawPartitions)),
  )
}

/** CPU is that of the services from their start on, starting included; an event is a raw record of either kind. */
async function benchBacklog(deployment: Deployment, events: readonly SimulatedEvent[]): Promise<void> {
  const transactions = events.filter(({ type }) => type === 'transaction').length
  const services = await deployment.run(...SERVICES)
  const startedAt = performance.now()
  const machineBefore = machineCpuSeconds()
  const before = await Promise.all(services.map(usageOf))
  await readTopic(
    deployment.kafka,
    topics.predictionsTopic(deployment.pipeline),
    messages => messages.length >= transactions,
  )
  await deployment.drained()
  const seconds = (performance.now() - startedAt) / 1_000
  const after = await Promise.all(services.map(usageOf))
  const spent = after.map(({ cpuSeconds }, i) => cpuSeconds - before[i]!.cpuSeconds)
  report('path', 'rate', events.length / seconds, 'events/s')
  for (const [i, { name }] of services.entries())
    report('path', `${name}.cpu`, (spent[i]! / events.length) * 1e6, 'us/event')
  report('path', 'services.cpu', (sum(spent) / events.length) * 1e6, 'us/event')
  report('path', 'machine.cpu', ((machineCpuSeconds() - machineBefore) / events.length) * 1e6, 'us/event')
  report('path', 'services.memory', sum(after.map(({ memoryBytes }) => memoryBytes)) / 1e6, 'MB')
}

async function usageOf(service: ServiceProcess): Promise<Usage> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  const value = (name: string): number => Number(new RegExp(`^${name}{.*} (.*)$`, 'm').exec(metrics)![1])
  return {
    cpuSeconds: value('process_cpu_seconds_total'),
    memoryBytes: value('process_resident_memory_bytes'),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
