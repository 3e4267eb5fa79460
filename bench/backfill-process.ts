import { once } from 'node:events'
import cardFraud from '@millrace/card-fraud'
import { type BackfillOptions, runBackfill } from '../packages/cli/src/backfill/run-backfill.ts'
import { measure } from './report.ts'

const SILENT = { readRows() {}, begin() {}, finish() {} }

/** Runs the backfill that it is sent, and answers what it cost. */
const [{ options, events }] = (await once(process, 'message')) as [
  { readonly options: BackfillOptions; readonly events: number },
]
const measured = await measure(events, () => runBackfill(cardFraud, options, SILENT))
process.send!({ ...measured, peakMemory: process.resourceUsage().maxRSS * 1_024 })
process.disconnect()
