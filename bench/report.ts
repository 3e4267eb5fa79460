import { cpus, totalmem } from 'node:os'

/** Prints one figure as a JSON line. */
export function report(bench: string, metric: string, value: number, unit: string): void {
  const rounded = Number(value.toPrecision(4))
  process.stdout.write(`${JSON.stringify({ bench, metric, value: rounded, unit })}\n`)
}

/** Prints what the figures were measured on, as a JSON line. */
export function reportMachine(): void {
  const [cpu] = cpus()
  const machine = {
    bench: 'machine',
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpu?.model.trim() || 'unnamed processor',
    cores: cpus().length,
    memory: Math.round(totalmem() / 1e6),
  }
  process.stdout.write(`${JSON.stringify(machine)}\n`)
}

/** Seconds that all processors of the machine were busy since it started. */
export function machineCpuSeconds(): number {
  const busy = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq)
  return busy.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1_000
}

/** Runs `work` for `operations` operations and answers its CPU time for each, in µs, and their rate per second. */
export async function measure(
  operations: number,
  work: () => unknown,
): Promise<{ readonly cpuUs: number; readonly rate: number }> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { cpuUs: (user + system) / operations, rate: (operations / (performance.now() - startedAt)) * 1_000 }
}
