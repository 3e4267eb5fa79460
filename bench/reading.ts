import type { ServiceProcess } from '../test/harness/service-process.ts'

/** What a service says of itself at a moment. */
export interface Reading {
  /** CPU that its process has used. */
  readonly cpuSeconds: number
  /** Records that its stages have read, watermark records among them. */
  readonly records: number
}

/** Reads what the service's metrics say now. To write them takes the service 10 ms of CPU. */
export async function readService(service: ServiceProcess): Promise<Reading> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  return {
    cpuSeconds: sumOf(metrics, 'process_cpu_seconds_total'),
    records: sumOf(metrics, 'kafka_consumer_records_total'),
  }
}

function sumOf(metrics: string, name: string): number {
  const samples = [...metrics.matchAll(new RegExp(`^${name}{.*} (.*)$`, 'gm'))]
  return samples.reduce((sum, [, value]) => sum + Number(value), 0)
}
