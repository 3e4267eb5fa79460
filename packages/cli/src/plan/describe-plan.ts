import type { PartitionCounts, Pipeline } from '@millrace/core'
import { describeEncoders } from './describe-encoders.ts'
import { describeModel, describeMonitor } from './describe-model.ts'
import { describeStages } from './describe-stages.ts'
import { describeSchemas, describeTopics } from './describe-topics.ts'
import { describeViews } from './describe-views.ts'

/** All that follows from a declaration, in words, one line each. */
export function describePlan(pipeline: Pipeline, counts: PartitionCounts): string[] {
  const { name, version, namespace, scored } = pipeline
  return [
    `Pipeline ${name}, version ${version}: namespace ${namespace}, scores each ${scored.name}`,
    ...section('Topics', describeTopics(pipeline, counts)),
    ...section('Stages', describeStages(pipeline)),
    ...section('Views', describeViews(pipeline)),
    ...(pipeline.encoders === undefined ? [] : section('Encoders', describeEncoders(pipeline))),
    ...section('Model', describeModel(pipeline)),
    ...section('Schemas', describeSchemas(pipeline, counts)),
    ...section('Monitor', describeMonitor(pipeline)),
  ]
}

function section(heading: string, lines: readonly string[]): string[] {
  return ['', heading, ...lines.map(line => (line === '' ? '' : `  ${line}`))]
}
