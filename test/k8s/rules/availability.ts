import { DEFAULT_DRAIN } from '../../../packages/platform/src/lifecycle/drain-config.ts'
import { type Manifest, ofKind, type Pods, runningPods, type Selector, selects } from '../manifests.ts'
import type { Rule } from './rule.ts'

/** The longest that a service takes from SIGTERM to its end (s). */
const LONGEST_STOP_SECONDS = DEFAULT_DRAIN.timeout / 1_000

/** How pods come, go and are spread. */
export const availability: readonly Rule[] = [
  {
    name: 'disruption-budget',
    faults: manifests => {
      const budgets = ofKind<{ readonly selector: Selector }>(manifests, 'PodDisruptionBudget')
      return deploymentsOf(manifests).flatMap(({ of, labels }) => {
        const count = budgets.filter(({ spec }) => selects(spec.selector, labels)).length
        // With two of them nothing can be evicted.
        return count === 1 ? [] : [`${of} has ${count} disruption budgets`]
      })
    },
  },
  {
    name: 'spread',
    faults: manifests =>
      deploymentsOf(manifests)
        .filter(({ replicas }) => replicas !== 1)
        .filter(({ spec }) => {
          const keys = spec.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey) ?? []
          return !['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].every(key => keys.includes(key))
        })
        .map(({ of }) => `${of} may have all its pods in one place`),
  },
  {
    name: 'grace-period',
    faults: manifests =>
      runningPods(manifests).flatMap(({ of, spec }) => {
        const [container] = spec.containers
        if (container?.name !== 'millrace') return []
        const pause = container.lifecycle?.preStop?.sleep?.seconds
        if (pause === undefined) return [`${of} is told to stop while requests still come`]
        const grace = spec.terminationGracePeriodSeconds ?? 30
        return grace > pause + LONGEST_STOP_SECONDS ? [] : [`${of} is killed before it may be done`]
      }),
  },
  {
    name: 'one-scaler',
    faults: manifests => {
      const scaled = scaledNames(manifests)
      const twice = scaled.filter((name, i) => scaled.indexOf(name) !== i)
      return [
        ...scaled
          .filter(name => !deploymentsOf(manifests).some(pods => pods.name === name))
          .map(name => `there is no Deployment ${name} to be scaled`),
        ...twice.map(name => `Deployment ${name} is scaled by two`),
        ...deploymentsOf(manifests)
          .filter(({ name, replicas }) => scaled.includes(name) && replicas !== undefined)
          .map(({ of }) => `${of} is scaled, and set back by every apply`),
      ]
    },
  },
]

function deploymentsOf(manifests: readonly Manifest[]): readonly Pods[] {
  return runningPods(manifests).filter(({ kind }) => kind === 'Deployment')
}

function scaledNames(manifests: readonly Manifest[]): readonly string[] {
  return ['HorizontalPodAutoscaler', 'ScaledObject'].flatMap(kind =>
    ofKind<{ readonly scaleTargetRef: { readonly name: string } }>(manifests, kind).map(
      ({ spec }) => spec.scaleTargetRef.name,
    ),
  )
}
