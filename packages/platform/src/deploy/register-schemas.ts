import { MillraceError, type PlannedTopic } from '@millrace/core'
import type { SchemaDirectory } from '../registry/schema-directory.ts'

/** Registers the schemas of the topics that carry Avro. Answers the id of each subject. */
export async function registerSchemas(
  directory: SchemaDirectory,
  plan: readonly PlannedTopic[],
): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>()
  for (const { name, format } of plan) {
    if (format.kind !== 'avro') continue
    const subject = `${name}-value`
    try {
      ids.set(subject, await directory.register(subject, format.schema))
    } catch (error) {
      throw asMillraceError(error, subject)
    }
  }
  return ids
}

const UNPROCESSABLE = new Set([409, 422])

function asMillraceError(cause: unknown, subject: string): MillraceError {
  const { status, message } = cause as { status?: number; message?: string }
  if (status !== undefined && UNPROCESSABLE.has(status)) {
    return new MillraceError(
      'DECLARATION_INVALID',
      `The registry refuses the schema of ${subject}: ${message}. Give new fields a default, or the event type a new topic.`,
      { cause, details: { subject } },
    )
  }
  return new MillraceError(
    'REGISTRY_UNAVAILABLE',
    `The schema of ${subject} is not registered: ${message}.`,
    {
      cause,
      details: { subject },
    },
  )
}
