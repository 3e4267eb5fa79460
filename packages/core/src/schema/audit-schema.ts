import type { Pipeline } from '../define/pipeline.ts'
import {
  described,
  type JsonSchema,
  messageSchema,
  nullable,
  objectOf,
  oneOf,
  TEXT,
  TIME,
} from './json-schema.ts'

/** Schema of an `AuditRecord`. */
export function auditSchema({ views }: Pipeline): JsonSchema {
  const entity = objectOf({
    salt: TEXT,
    sha256: described({ type: 'string', pattern: '^[0-9a-f]{64}$' }, 'SHA-256 of salt and entity.'),
  })
  return messageSchema('AuditRecord', "What was done to the pipeline's states by command.", {
    id: described(TEXT, 'The same when it was requested and when it was done.'),
    at: TIME,
    action: oneOf(['entity-erase']),
    outcome: oneOf(['requested', 'done']),
    view: oneOf(views.map(view => view.name)),
    entity: described(entity, 'Whose state it is, for who knows it.'),
    by: described(TEXT, 'Who gave the command.'),
    reason: nullable(TEXT),
  })
}
