import { type Container, ourPods, podsOf, runningPods } from '../manifests.ts'
import { containerFaults, type Rule } from './rule.ts'

/** A tag that is never given to another image by custom: three numbers, and what may follow them. */
const FULL_VERSION = /:v?\d+\.\d+\.\d+[\w.-]*$/
const DIGEST = /@sha256:[0-9a-f]{64}$/

/** What every container says of itself. */
export const containers: readonly Rule[] = [
  {
    name: 'pinned-image',
    faults: manifests =>
      containerFaults(podsOf(manifests), ({ image }) => [
        !FULL_VERSION.test(image) && !DIGEST.test(image) && `the image ${image} may be another one tomorrow`,
      ]),
  },
  {
    name: 'resources',
    faults: manifests =>
      containerFaults(podsOf(manifests), ({ resources: { requests, limits } = {} }) => [
        requests?.['cpu'] === undefined && 'asks for no CPU',
        requests?.['memory'] === undefined && 'asks for no memory',
        limits?.['memory'] === undefined && 'may take any memory',
        requests?.['memory'] !== limits?.['memory'] && 'may take memory that nobody set aside',
        limits?.['cpu'] !== undefined &&
          'is throttled: its one busy thread stands still while cores are idle',
      ]),
  },
  {
    name: 'probes',
    faults: manifests =>
      containerFaults(runningPods(manifests), ({ startupProbe, livenessProbe, readinessProbe }) => [
        startupProbe === undefined && 'has no startup probe',
        livenessProbe === undefined && 'has no liveness probe',
        readinessProbe === undefined && 'has no readiness probe',
        livenessProbe?.httpGet?.path.includes('ready') && 'is restarted when something else is away',
      ]),
  },
  {
    name: 'inference-threads',
    faults: manifests =>
      containerFaults(ourPods(manifests), container =>
        container.args?.[0] === 'scorer' ? [threadFault(container)] : [],
      ),
  },
]

/** A model's threads take whole cores while they run; one more is for the thread that serves. */
function threadFault({ env = [], resources }: Container): string | undefined {
  const [threads, within] = ['MODEL_THREADS', 'MODEL_RUNTIME_THREADS'].map(name =>
    Number(env.find(entry => entry.name === name)?.value),
  )
  const wanted = threads! * within!
  if (Number.isNaN(wanted)) return 'does not say how many threads run the model'
  const cores = coresOf(resources?.requests?.['cpu'] ?? '0')
  return wanted > Math.max(1, cores - 1) ? `asks for too little CPU for ${wanted} threads` : undefined
}

function coresOf(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1_000 : Number(quantity)
}
