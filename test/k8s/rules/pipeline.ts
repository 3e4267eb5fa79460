import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Pipeline, topics } from '@millrace/core'
import { modelFolder } from '@millrace/inference'
import { RAW_PARTITIONS } from '../../../packages/cli/src/run/deploy.ts'
import { environmentOf } from '../environment.ts'
import { type Manifest, ofKind, ourPods, podsOf } from '../manifests.ts'
import { containerFaults, type Rule } from './rule.ts'

interface ScaledObject {
  readonly scaleTargetRef: { readonly name: string }
  readonly maxReplicaCount: number
  readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[]
}

interface StageInput {
  readonly stage: string
  readonly topic: string
}

/** Where the image has the files of the repository. */
const IMAGE_ROOT = '/app'
const REPOSITORY = resolve(import.meta.dirname, '../../..')

/** What follows from the pipeline, by its own code. */
export const pipelineRules: readonly Rule[] = [
  {
    name: 'mounted-pipeline',
    faults: (manifests, pipeline) =>
      containerFaults(ourPods(manifests), container => {
        const path = environmentOf(manifests, container)['PIPELINE'] ?? ''
        const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === path)
        return [
          mount?.subPath !== 'pipeline.ts' && `finds no pipeline at ${path}`,
          !existsSync(modelFolder(inRepository(path), pipeline.model)) &&
            'finds no model beside the pipeline',
        ]
      }),
  },
  {
    name: 'instance-of-pipeline',
    faults: (manifests, pipeline) =>
      ourPods(manifests)
        .filter(({ labels }) => labels['app.kubernetes.io/instance'] !== pipeline.namespace)
        .map(({ of }) => `${of} is not labelled ${pipeline.namespace}`),
  },
  {
    name: 'scaled-by-stages',
    faults: (manifests, pipeline) =>
      ofKind<ScaledObject>(manifests, 'ScaledObject').flatMap(({ spec }) => {
        const name = spec.scaleTargetRef.name
        const given = spec.triggers.map(
          ({ metadata }) => `${metadata['consumerGroup']} on ${metadata['topic']}`,
        )
        const stages = inputsOf(pipeline, commandOf(manifests, name)).map(
          ({ stage, topic }) => `${pipeline.namespace}.${stage} on ${topic}`,
        )
        return [
          ...given.filter(each => !stages.includes(each)).map(each => `${name} has no stage ${each}`),
          ...stages.filter(each => !given.includes(each)).map(each => `the lag of ${each} scales nothing`),
        ]
      }),
  },
  {
    name: 'replicas-of-partitions',
    faults: manifests =>
      ofKind<ScaledObject>(manifests, 'ScaledObject').flatMap(({ spec }) => {
        const name = spec.scaleTargetRef.name
        const partitions =
          commandOf(manifests, name) === 'ingestor' ? RAW_PARTITIONS : stagePartitions(manifests)
        return spec.maxReplicaCount === partitions
          ? []
          : [`${name}: ${partitions} replicas can share the work`]
      }),
  },
]

function inRepository(path: string): string {
  return path.replace(IMAGE_ROOT, REPOSITORY)
}

/** What the stages of a service read. */
function inputsOf(pipeline: Pipeline, service: string): readonly StageInput[] {
  const { events, views } = pipeline
  if (service === 'ingestor') {
    return events.map(event => ({ stage: topics.ingestStage(event), topic: event.topic }))
  }
  return views.flatMap(view =>
    view.sources.map(source => ({ stage: view.name, topic: topics.topicInto(pipeline, source, view) })),
  )
}

/** What a Deployment runs; nothing where there is none of that name. */
function commandOf(manifests: readonly Manifest[], name: string): string {
  return podsOf(manifests).find(pods => pods.name === name)?.spec.containers[0]?.args?.[0] ?? ''
}

function stagePartitions(manifests: readonly Manifest[]): number {
  const job = podsOf(manifests).find(
    ({ kind, spec }) => kind === 'Job' && spec.containers[0]!.args?.[0] === 'deploy',
  )
  const args = job!.spec.containers[0]!.args!
  return Number(args[args.indexOf('--partitions') + 1])
}
