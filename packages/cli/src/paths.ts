import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packageFolder } from './packages.ts'

/**
 * The pipeline that PIPELINE names; else `pipeline.ts` of the working directory; else, in this repository, the one
 * that comes with it.
 */
export function defaultPipelineFile(env: NodeJS.ProcessEnv = process.env): string {
  if (env['PIPELINE']) return env['PIPELINE']
  const own = resolve('pipeline.ts')
  const example = packageFolder('@millrace/card-fraud')
  return example === undefined || existsSync(own) ? own : join(example, 'pipeline.ts')
}

/** What a run leaves behind goes into this folder of the working directory. */
const WORK_FOLDER = '.millrace'

export const stackStateFile = (): string => resolve(WORK_FOLDER, 'stack.json')
export const logFolder = (): string => resolve(WORK_FOLDER, 'logs')

/** The committed schemas of a pipeline, in the working directory. */
export const schemaFolder = (pipeline: string): string => resolve('schemas', pipeline)
