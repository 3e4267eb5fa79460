import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import {
  ARTIFACT_VERSION,
  type ArtifactContent,
  type EncoderArtifact,
  encodingDefinition,
  fittedEncoders,
  MillraceError,
  type Pipeline,
} from '@millrace/core'
import { z } from 'zod'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const shape = z.object({
  codecVersion: z.literal(ARTIFACT_VERSION),
  pipeline: z.string(),
  definition: digest,
  window: z.object({ start: z.number(), end: z.number() }),
  rows: z.number(),
  encoders: z.record(z.string(), z.looseObject({ kind: z.string() })),
  digest,
})

/** The file of what a pipeline's encoders have learnt; undefined where it declares none. */
export function artifactFile(
  pipelineFile: string,
  { encoders }: Pick<Pipeline, 'encoders'>,
): string | undefined {
  return encoders?.artifact && resolve(dirname(resolve(pipelineFile)), encoders.artifact)
}

/** The digest of the declaration that an artifact is fitted under. */
export function definitionDigest(pipeline: Pipeline): string {
  return sha256(encodingDefinition(pipeline))
}

/** Completes an artifact by the digest of its content. */
export function sealArtifact(content: ArtifactContent): EncoderArtifact {
  return { ...content, digest: sha256(JSON.stringify(content)) }
}

/** Writes an artifact: under its name stands the old one or the new one, whatever happens. */
export async function writeArtifact(file: string, artifact: EncoderArtifact): Promise<void> {
  const partial = `${file}.partial-${process.pid}`
  await mkdir(dirname(file), { recursive: true })
  try {
    await writeFile(partial, `${JSON.stringify(artifact, null, 1)}\n`)
    await rename(partial, file)
  } finally {
    await rm(partial, { force: true })
  }
}

/**
 * Reads what the encoders of a pipeline have learnt, undefined where none learns anything. Throws ARTIFACT_MISSING
 * where there is no file, ARTIFACT_STALE where it was fitted under another declaration, and ARTIFACT_INVALID where it
 * is damaged; each says how to fit anew.
 */
export async function readArtifact(
  pipelineFile: string,
  pipeline: Pipeline,
): Promise<EncoderArtifact | undefined> {
  const names = fittedEncoders(pipeline)
  const file = artifactFile(pipelineFile, pipeline)
  if (names.length === 0 || file === undefined) return undefined
  const mend = `Fit them: millrace fit --pipeline ${pipelineFile} --input EVENTS`
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new MillraceError(
      'ARTIFACT_MISSING',
      `The encoders ${names.join(', ')} of ${pipeline.name} were not fitted: ${file} cannot be read. ${mend}`,
      { cause, details: { file } },
    )
  })
  const artifact = parseArtifact(text, file, mend)
  if (artifact.definition === definitionDigest(pipeline) && names.every(name => name in artifact.encoders))
    return artifact
  throw new MillraceError(
    'ARTIFACT_STALE',
    `The encoders of ${pipeline.name} were fitted under another declaration than the one of now, as ${file} says. ${mend}`,
    { details: { file } },
  )
}

function parseArtifact(text: string, file: string, mend: string): EncoderArtifact {
  const { content, fault } = checked(text)
  if (content !== undefined) return content
  throw new MillraceError('ARTIFACT_INVALID', `${file} cannot be used: ${fault}. ${mend}`, {
    details: { file },
  })
}

function checked(text: string): { readonly content?: EncoderArtifact; readonly fault?: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { fault: 'it is no JSON' }
  }
  const result = shape.safeParse(json)
  if (!result.success)
    return { fault: `its ${result.error.issues[0]!.path.join('.') || 'content'} is of no known kind` }
  const { digest, ...content } = json as EncoderArtifact
  return sealArtifact(content).digest === digest
    ? { content: json as EncoderArtifact }
    : { fault: 'its content was changed after it was written' }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
