import { parentPort, workerData } from 'node:worker_threads'
import { MillraceError } from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import { runTask, type Task, type Work } from './task.ts'
import { Texts } from './texts.ts'

const { pipelineFile, work } = workerData as { readonly pipelineFile: string; readonly work: Work }
const pipeline = await loadPipeline(pipelineFile)
const texts = new Texts(work.texts)

parentPort!.on('message', async (task: Task) => {
  try {
    parentPort!.postMessage({ done: await runTask(pipeline, work, texts, task) })
  } catch (error) {
    const { message, stack } = error as Error
    const code = error instanceof MillraceError ? error.code : undefined
    parentPort!.postMessage({ failed: { code, message, stack } })
  }
})
