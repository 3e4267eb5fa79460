import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** A pipeline that can run, and what a run of it needs. */
export interface Inspected {
  readonly ok: true
  readonly pipeline: string
  readonly namespace: string
  readonly version: number
  /** Digest of what states are written under. */
  readonly definition: string
  readonly daysOfHistory: number
  /** What was done about the model, in words. */
  readonly remarks: readonly string[]
}

/** What a look at a pipeline told. */
export type Inspection = Inspected | { readonly ok: false; readonly faults: readonly string[] }

const SCRIPT = new URL(`./inspection-thread${extname(import.meta.filename)}`, import.meta.url)

/**
 * Looks at a pipeline in a thread of its own, since a module is loaded once a thread: so a change is seen. Writes the
 * model of a changed rule.
 */
export async function inspectPipeline(pipelineFile: string): Promise<Inspection> {
  const { promise, resolve, reject } = Promise.withResolvers<Inspection>()
  const worker = new Worker(fileURLToPath(SCRIPT), { workerData: pipelineFile })
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', () => reject(new Error('The inspection of the pipeline ended without a result.')))
  try {
    return await promise
  } finally {
    await worker.terminate()
  }
}
