/** What the values of open labels are; the same label means the same everywhere. */
export const LABELS = {
  stage: '`ingest-<event type>`, a feature view, `score` or `drift`',
  group: '`<namespace>.<stage>`',
  topic: 'a topic that is read',
  partition: 'a number, of the topic or of the stage',
  code: 'an [error code](errors.md)',
  feature_set: 'a feature view',
  feature: 'an input of the model, or `score`',
  model: 'name of the model',
  version: 'version of the model',
} as const
