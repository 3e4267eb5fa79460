import { environmentOf } from '../environment.ts'
import {
  type Container,
  type Manifest,
  ofKind,
  ourPods,
  type Pods,
  podsOf,
  type Selector,
  selects,
} from '../manifests.ts'
import { containerFaults, type Rule } from './rule.ts'

interface NetworkPolicy {
  readonly podSelector: Selector
  readonly policyTypes: readonly string[]
  readonly ingress?: readonly Allowed[]
  readonly egress?: readonly Allowed[]
}

interface Allowed {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly { readonly port: number | string }[]
}

interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string }
}

/** The addresses among the settings; what has no port has that of its scheme. */
const ADDRESSES = ['KAFKA_BROKERS', 'REDIS_URL', 'SCHEMA_REGISTRY_URL', 'MODEL_REGISTRY']
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'redis:': 6379,
  'rediss:': 6379,
}

/** Who may talk to whom. */
export const network: readonly Rule[] = [
  {
    name: 'default-deny',
    faults: manifests =>
      policiesOf(manifests).some(isDefaultDeny) ? [] : ['what no policy mentions may talk to anything'],
  },
  {
    name: 'named-peers',
    faults: manifests =>
      ofKind<NetworkPolicy>(manifests, 'NetworkPolicy').flatMap(({ metadata, spec }) =>
        [...(spec.ingress ?? []), ...(spec.egress ?? [])]
          .filter(
            ({ from, to, ports = [] }) =>
              !(from ?? to)?.length || ports.length === 0 || isAnywhere(from ?? to),
          )
          .map(() => `NetworkPolicy ${metadata.name} lets anybody, or any port, in or out`),
      ),
  },
  {
    name: 'own-policy',
    faults: manifests =>
      podsOf(manifests)
        .filter(({ labels }) => {
          const own = policiesOf(manifests).filter(policy => !isForAll(policy))
          return !own.some(({ podSelector }) => selects(podSelector, labels))
        })
        .map(({ of }) => `${of} has no NetworkPolicy of its own`),
  },
  {
    name: 'reaches-its-parts',
    faults: manifests =>
      containerFaults(ourPods(manifests), (container, pods) =>
        ADDRESSES.flatMap(name => targetsOf(environmentOf(manifests, container)[name] ?? ''))
          .filter(target => needs(container, target) && !mayReach(manifests, pods, target))
          .map(({ host, port }) => `may not talk to ${host}:${port}`),
      ),
  },
]

interface Target {
  readonly host: string
  readonly port: number
}

function targetsOf(address: string): readonly Target[] {
  if (address.startsWith('/') || address === '') return []
  const urls = address.includes('://') ? [address] : address.split(',').map(broker => `kafka://${broker}`)
  return urls.map(text => {
    const { hostname: host, port, protocol } = new URL(text)
    return { host, port: Number(port) || DEFAULT_PORTS[protocol]! }
  })
}

/** The job that deploys a pipeline asks nothing of Redis, whose address it may have among the others. */
function needs({ args }: Container, { port }: Target): boolean {
  return args?.[0] !== 'deploy' || ![6379, 6380].includes(port)
}

/** Whether a policy lets the pods out to the pods behind a Service, and these let them in; or out of the cluster. */
function mayReach(manifests: readonly Manifest[], { labels }: Pods, { host, port }: Target): boolean {
  const service = ofKind<{ readonly selector: Labels }>(manifests, 'Service').find(
    ({ metadata }) => metadata.name === host,
  )
  const target = podsOf(manifests).find(
    pods => service !== undefined && selects({ matchLabels: service.spec.selector }, pods.labels),
  )
  const out = allowed(manifests, labels, 'egress').filter(({ ports }) =>
    ports?.some(each => each.port === port),
  )
  if (target === undefined) return out.some(({ to }) => to?.some(({ ipBlock }) => ipBlock !== undefined))
  const into = allowed(manifests, target.labels, 'ingress')
  return (
    out.some(({ to }) => to?.some(({ podSelector }) => podSelector && selects(podSelector, target.labels))) &&
    into.some(({ from }) => from?.some(({ podSelector }) => podSelector && selects(podSelector, labels)))
  )
}

type Labels = Pods['labels']

function allowed(
  manifests: readonly Manifest[],
  labels: Labels,
  way: 'ingress' | 'egress',
): readonly Allowed[] {
  return policiesOf(manifests)
    .filter(({ podSelector }) => selects(podSelector, labels))
    .flatMap(policy => policy[way] ?? [])
}

function policiesOf(manifests: readonly Manifest[]): readonly NetworkPolicy[] {
  return ofKind<NetworkPolicy>(manifests, 'NetworkPolicy').map(({ spec }) => spec)
}

function isForAll({ podSelector }: NetworkPolicy): boolean {
  return Object.keys(podSelector).length === 0
}

function isDefaultDeny(policy: NetworkPolicy): boolean {
  return isForAll(policy) && policy.policyTypes.length === 2 && !policy.ingress && !policy.egress
}

function isAnywhere(peers: readonly Peer[] = []): boolean {
  return peers.some(
    ({ ipBlock, namespaceSelector, podSelector }) =>
      ipBlock?.cidr.endsWith('/0') ||
      (ipBlock === undefined &&
        [namespaceSelector, podSelector].every(each => !each || Object.keys(each).length === 0)),
  )
}
