import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository: services, pipelines and schemas are found from here. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))

/** The pipeline that PIPELINE names, or the one that comes with the repository. */
export function defaultPipelineFile(env: NodeJS.ProcessEnv = process.env): string {
  return env['PIPELINE'] || resolve(REPOSITORY, 'pipelines/card-fraud/pipeline.ts')
}

/** What a run leaves behind goes into this folder of the working directory. */
const WORK_FOLDER = '.millrace'

export const stackStateFile = (): string => resolve(WORK_FOLDER, 'stack.json')
export const logFolder = (): string => resolve(WORK_FOLDER, 'logs')
