import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError, type Pipeline } from '@millrace/core'
import { readArtifact } from '../artifact/artifact-file.ts'

/**
 * Loads the pipeline that a file exports by default, with what its encoders have learnt; a relative path starts at the
 * working directory. Throws as `loadDeclaration` and `readArtifact` do.
 */
export async function loadPipeline(path: string): Promise<Pipeline> {
  const pipeline = await loadDeclaration(path)
  const fitted = await readArtifact(path, pipeline)
  return fitted === undefined ? pipeline : { ...pipeline, fitted }
}

/**
 * Loads a pipeline as it is declared, whether or not its encoders were fitted. Throws CONFIG_INVALID when there is
 * none, and DECLARATION_INVALID when the declaration has faults.
 */
export async function loadDeclaration(path: string): Promise<Pipeline> {
  const file = resolve(path)
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw unusable(file, 'there is no such file')
  const module: { readonly default?: unknown } = await import(pathToFileURL(file).href).catch(cause => {
    if (cause instanceof MillraceError) throw cause
    throw unusable(file, `it cannot be loaded: ${String(cause)}`, cause)
  })
  if (!isPipeline(module.default)) throw unusable(file, 'its default export is no definePipeline({…})')
  return module.default
}

function unusable(file: string, fault: string, cause?: unknown): MillraceError {
  return new MillraceError('CONFIG_INVALID', `The pipeline file ${file} cannot be used: ${fault}.`, {
    cause,
    details: { file },
  })
}

function isPipeline(value: unknown): value is Pipeline {
  if (typeof value !== 'object' || value === null) return false
  return ['namespace', 'scored', 'events', 'views', 'onDemand', 'model', 'monitor'].every(
    part => part in value,
  )
}
