import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import pipeline from '@millrace/card-fraud'
import { topics } from '@millrace/core'
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

/** Where the image has the files of the repository. */
const IMAGE_ROOT = '/app'
const REPOSITORY = resolve(import.meta.dirname, '../../..')

/** What follows from the pipeline, by its own code. */
export const pipelineRules: readonly Rule[] = [
  {
    name: 'same-pipeline',
    faults: manifests =>
      ofKind(manifests, 'ConfigMap')
        .filter(({ metadata }) => metadata.name.startsWith('millrace-pipeline'))
        .filter(({ data }) => data?.['pipeline.ts'] !== readFileSync(inRepository(SHIPPED), 'utf8'))
        .map(({ metadata }) => `ConfigMap ${metadata.name} is another than that of pipelines/card-fraud`),
  },
  {
    name: 'mounted-pipeline',
    faults: manifests =>
      containerFaults(ourPods(manifests), container => {
        const path = environmentOf(manifests, container)['PIPELINE'] ?? ''
        const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === path)
        return [
          mount?.subPath !== 'pipeline.ts' && `finds no pipeline at ${path}`,
          !existsSync(modelFolder(inRepository(path), pipeline.model)) &&
            'finds no model beside the pipeline',
          !existsSync(inRepository(dirname(path))) && `cannot import @millrace/core from ${path}`,
        ]
      }),
  },
  {
    name: 'instance-of-pipeline',
    faults: manifests =>
      ourPods(manifests)
        .filter(({ labels }) => labels['app.kubernetes.io/instance'] !== pipeline.namespace)
        .map(({ of }) => `${of} is not labelled ${pipeline.namespace}`),
  },
  {
    name: 'scaled-by-stages',
    faults: manifests =>
      ofKind<ScaledObject>(manifests, 'ScaledObject').flatMap(({ spec }) => {
        const name = spec.scaleTargetRef.name
        const given = spec.triggers.map(
          ({ metadata }) => `${metadata['consumerGroup']} on ${metadata['topic']}`,
        )
        const stages = inputsOf(name).map(({ stage, topic }) => `${pipeline.namespace}.${stage} on ${topic}`)
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
        const partitions = name === 'ingestor' ? RAW_PARTITIONS : stagePartitions(manifests)
        return spec.maxReplicaCount === partitions
          ? []
          : [`${name}: ${partitions} replicas can share the work`]
      }),
  },
]

const SHIPPED = join(IMAGE_ROOT, 'pipelines/card-fraud/pipeline.ts')

function inRepository(path: string): string {
  return path.replace(IMAGE_ROOT, REPOSITORY)
}

/** What the stages of a service read. */
function inputsOf(service: string): readonly { readonly stage: string; readonly topic: string }[] {
  const { events, views } = pipeline
  if (service === 'ingestor') {
    return events.map(event => ({ stage: topics.ingestStage(event), topic: event.topic }))
  }
  return views.flatMap(view =>
    view.sources.map(source => ({ stage: view.name, topic: topics.topicInto(pipeline, source, view) })),
  )
}

function stagePartitions(manifests: readonly Manifest[]): number {
  const job = podsOf(manifests).find(
    ({ kind, spec }) => kind === 'Job' && spec.containers[0]!.args?.[0] === 'deploy',
  )
  const args = job!.spec.containers[0]!.args!
  return Number(args[args.indexOf('--partitions') + 1])
}
