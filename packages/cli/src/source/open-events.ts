import type { Pipeline } from '@millrace/core'
import { eventFileEvents } from './event-file-input.ts'
import { rowFileEvents } from './file-input.ts'
import type { InputEvent } from './input-event.ts'
import { hasCompanion, loadHandbook } from './load-companion.ts'

/**
 * The events of files, one file after the other: rows of the handbook where the pipeline has a reading of them, else
 * the pipeline's own events. Each call reads them anew, and throws INPUT_INVALID for a file that cannot be read.
 */
export async function openEvents(
  pipelineFile: string,
  pipeline: Pipeline,
  paths: readonly string[],
): Promise<() => AsyncGenerator<InputEvent, void, undefined>> {
  const eventsOf = (await hasCompanion(pipelineFile, 'handbook.ts'))
    ? await handbookEvents(pipelineFile, pipeline)
    : (path: string) => eventFileEvents(pipeline, path)
  return async function* events() {
    for (const path of paths) yield* eventsOf(path)
  }
}

async function handbookEvents(pipelineFile: string, pipeline: Pipeline) {
  const { handbookRowToEvents } = await loadHandbook(pipelineFile)
  return (path: string) => rowFileEvents(pipeline, path, handbookRowToEvents)
}
