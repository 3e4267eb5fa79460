import { runFault } from './load-fault.ts'
import type { ModelRunner } from './model-runner.ts'
import { openSession, runSession } from './session.ts'
import type { ModelFiles } from './thread-messages.ts'
import { wordsOf } from './words-of.ts'

/** A model in the thread of its callers, which stands while the model runs. */
export interface InlineModel extends ModelRunner {
  /** Frees the model's memory; nothing may run any more. */
  release(): Promise<void>
}

/** Loads a model that is known to load and to run. The thread stands meanwhile. */
export async function openInline(files: ModelFiles): Promise<InlineModel> {
  const session = await openSession(files)
  return {
    async run(inputs) {
      try {
        return await runSession(session, inputs)
      } catch (error) {
        throw runFault(wordsOf(error))
      }
    },
    release: () => session.release(),
  }
}
