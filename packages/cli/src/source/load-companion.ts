import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError } from '@millrace/core'
import type { RowEvents } from '../input/file-events.ts'
import type { InputRow } from '../input/row.ts'

/** What a pipeline's `simulator.ts` exports. */
export interface Simulator {
  /** Yields events in the order of their event times; `type` is the name of an event type of the pipeline. */
  readonly simulate: (options: {
    readonly seed: number
    readonly customers: number
    readonly terminals: number
    readonly start: number
    readonly drift?: { readonly fromDay: number; readonly amountFactor: number }
  }) => Iterable<{ readonly type: string; readonly event: object }>
}

/** What a pipeline's `handbook.ts` exports. */
export interface Handbook {
  readonly handbookRowToEvents: (row: InputRow) => RowEvents
  /** The names of the pipeline's features in the handbook, by their own. */
  readonly HANDBOOK_FEATURES: Readonly<Record<string, string>>
}

/** Loads the simulator beside a pipeline file. Throws CONFIG_INVALID when the pipeline has none. */
export async function loadSimulator(pipelineFile: string): Promise<Simulator> {
  return (await loadBeside(pipelineFile, 'simulator.ts', ['simulate'], 'cannot be simulated')) as Simulator
}

/** Loads the reading of the handbook's rows beside a pipeline file. Throws CONFIG_INVALID when it has none. */
export async function loadHandbook(pipelineFile: string): Promise<Handbook> {
  const names = ['handbookRowToEvents', 'HANDBOOK_FEATURES']
  return (await loadBeside(pipelineFile, 'handbook.ts', names, 'cannot read --input')) as Handbook
}

async function loadBeside(
  pipelineFile: string,
  name: string,
  exports: readonly string[],
  consequence: string,
): Promise<unknown> {
  const file = join(dirname(resolve(pipelineFile)), name)
  const unusable = (fault: string): MillraceError =>
    new MillraceError('CONFIG_INVALID', `The pipeline ${consequence}: ${file} ${fault}.`, {
      details: { file },
    })
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) throw unusable('is not there')
  const module: Record<string, unknown> = await import(pathToFileURL(file).href)
  const missing = exports.filter(wanted => !(wanted in module))
  if (missing.length > 0) throw unusable(`does not export ${missing.join(' and ')}`)
  return module
}
