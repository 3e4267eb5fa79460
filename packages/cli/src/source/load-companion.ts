import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError } from '@millrace/core'
import type { RowEvents } from '../input/file-events.ts'
import type { InputRow } from '../input/row.ts'

/** What a simulator is asked for. */
export interface SimulationRequest {
  /** The same seed gives the same events. */
  readonly seed: number
  /** Epoch milliseconds at which the simulation begins. */
  readonly start: number
  /** How large the population is, for simulators of card payments. */
  readonly customers: number
  readonly terminals: number
  readonly drift?: { readonly fromDay: number; readonly amountFactor: number }
}

/** One event; `type` is the name of an event type of the pipeline. */
export interface SimulatedEvent {
  readonly type: string
  readonly event: object
}

/** What a pipeline's `simulator.ts` exports. */
export interface Simulator {
  /** Yields events in the order of their event times, with or without an end. */
  readonly simulate: (request: SimulationRequest) => Iterable<SimulatedEvent>
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

/** Loads what `rule.ts` beside a pipeline file exports as `rule`, not checked yet; undefined without such a file. */
export async function loadRule(pipelineFile: string): Promise<{ readonly rule: unknown } | undefined> {
  if (!(await hasCompanion(pipelineFile, 'rule.ts'))) return undefined
  return (await loadBeside(pipelineFile, 'rule.ts', ['rule'], 'has no rule')) as { readonly rule: unknown }
}

/** Whether a file is there beside a pipeline file. */
export async function hasCompanion(pipelineFile: string, name: string): Promise<boolean> {
  return access(pathOf(pipelineFile, name)).then(
    () => true,
    () => false,
  )
}

function pathOf(pipelineFile: string, name: string): string {
  return join(dirname(resolve(pipelineFile)), name)
}

async function loadBeside(
  pipelineFile: string,
  name: string,
  exports: readonly string[],
  consequence: string,
): Promise<unknown> {
  const file = pathOf(pipelineFile, name)
  const unusable = (fault: string, cause?: unknown): MillraceError =>
    new MillraceError('CONFIG_INVALID', `The pipeline ${consequence}: ${file} ${fault}.`, {
      cause,
      details: { file },
    })
  if (!(await hasCompanion(pipelineFile, name))) throw unusable('is not there')
  const module: Record<string, unknown> = await import(pathToFileURL(file).href).catch(cause => {
    throw unusable(`cannot be loaded: ${String(cause)}`, cause)
  })
  const missing = exports.filter(wanted => !(wanted in module))
  if (missing.length > 0) throw unusable(`does not export ${missing.join(' and ')}`)
  return module
}
