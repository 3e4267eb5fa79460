import type { Pipeline } from '@millrace/core'
import { type Container, containersOf, type Manifest, type Pods } from '../manifests.ts'

/** Something that all manifests of a kustomization must keep to. */
export interface Rule {
  /** As the folder of `test/k8s/bad` is called that breaks it. */
  readonly name: string
  /** Each thing that breaks it, in words; `pipeline` is the one that the manifests mount. */
  readonly faults: (manifests: readonly Manifest[], pipeline: Pipeline) => readonly string[]
}

/** The names of what is broken in a container: `Deployment scorer, millrace: …`. */
export function containerFaults(
  pods: readonly Pods[],
  faultsOf: (container: Container, pods: Pods) => readonly (string | false | undefined)[],
): readonly string[] {
  return pods.flatMap(pod =>
    containersOf(pod).flatMap(container =>
      faultsOf(container, pod)
        .filter(fault => typeof fault === 'string')
        .map(fault => `${pod.of}, ${container.name}: ${fault}`),
    ),
  )
}
