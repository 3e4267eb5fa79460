import { parentPort, workerData } from 'node:worker_threads'
import { BROKEN_RULES } from './broken-rules.ts'
import type { Playing } from './play-schedules.ts'
import { runClaims } from './run-claims.ts'
import { runErasure } from './run-erasure.ts'
import { runRecreation } from './run-recreation.ts'
import { runLate, runSchedule } from './run-schedule.ts'

const { order, seeds, without, kind } = workerData as Playing
const wiring = BROKEN_RULES.find(rule => rule.without === without)?.wiring
const RUNS = { claims: runClaims, erasure: runErasure, late: runLate, recreation: runRecreation }
const run = kind === undefined ? runSchedule : RUNS[kind]

// A schedule that the clock of the machine had a part in would be another one on a busier machine.
globalThis.setTimeout = (() => {
  throw new Error('A schedule has no time but its own steps.')
}) as unknown as typeof setTimeout

for (const seed of seeds) {
  const faults = await run(seed, order, wiring)
  if (faults.length === 0) continue
  parentPort!.postMessage({ seed, faults })
  break
}
