import { type Container, type Manifest, ofKind, ourPods, type Pods, podsOf, selects } from '../manifests.ts'
import { containerFaults, type Rule } from './rule.ts'

interface Service {
  readonly selector: Pods['labels']
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[]
}

/** A value that whoever reads the manifests must not see. */
const CONFIDENTIAL = /TOKEN|PASSWORD|SECRET$|ACCESS_KEY$/

/** Whatever is named is there, and secrets are only named. */
export const references: readonly Rule[] = [
  {
    name: 'secrets-by-reference',
    faults: manifests => [
      ...ofKind(manifests, 'Secret').map(({ metadata }) => `Secret ${metadata.name} is written out`),
      ...literalsOf(manifests)
        .filter(([name, value]) => CONFIDENTIAL.test(name) || hasLogin(value))
        .map(([name]) => `${name} is written out`),
    ],
  },
  {
    name: 'named-things-exist',
    faults: manifests =>
      podsOf(manifests).flatMap(pods => [
        ...missingAccount(manifests, pods),
        ...missingMaps(manifests, pods),
      ]),
  },
  {
    name: 'mounted-volumes',
    faults: manifests =>
      containerFaults(podsOf(manifests), ({ volumeMounts = [] }, { kind, spec }) =>
        kind === 'StatefulSet'
          ? []
          : volumeMounts.map(
              ({ name }) => !spec.volumes?.some(volume => volume.name === name) && `mounts no volume ${name}`,
            ),
      ),
  },
  {
    name: 'services-lead-somewhere',
    faults: manifests =>
      ofKind<Service>(manifests, 'Service').flatMap(({ metadata, spec }) => {
        const behind = podsOf(manifests).filter(({ labels }) =>
          selects({ matchLabels: spec.selector }, labels),
        )
        if (behind.length === 0) return [`Service ${metadata.name} has nothing behind it`]
        return spec.ports
          .filter(
            ({ targetPort }) =>
              !behind.every(pods => pods.spec.containers.some(each => hasPort(each, targetPort))),
          )
          .map(({ targetPort }) => `Service ${metadata.name}: nothing listens at ${targetPort}`)
      }),
  },
  {
    name: 'probed-ports-exist',
    faults: manifests =>
      containerFaults(podsOf(manifests), container =>
        [container.startupProbe, container.livenessProbe, container.readinessProbe].map(probe => {
          const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port
          return (
            port !== undefined && !hasPort(container, port) && `is probed at ${port}, where nothing listens`
          )
        }),
      ),
  },
]

function literalsOf(manifests: readonly Manifest[]): readonly (readonly [name: string, value: string])[] {
  return [
    ...ofKind(manifests, 'ConfigMap').flatMap(({ data }) => Object.entries(data ?? {})),
    ...ourPods(manifests).flatMap(({ spec }) =>
      spec.containers.flatMap(({ env = [] }) =>
        env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
      ),
    ),
  ]
}

function hasLogin(value: string): boolean {
  return /^[\w+]+:\/\/[^/\s]*@/.test(value)
}

function missingAccount(manifests: readonly Manifest[], { of, spec }: Pods): readonly string[] {
  const name = spec.serviceAccountName
  const isThere = ofKind(manifests, 'ServiceAccount').some(({ metadata }) => metadata.name === name)
  return name === undefined || isThere ? [] : [`${of}: there is no ServiceAccount ${name}`]
}

function missingMaps(manifests: readonly Manifest[], { of, spec }: Pods): readonly string[] {
  const named = [
    ...(spec.volumes ?? []).map(({ configMap }) => configMap?.name),
    ...spec.containers.flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
  ]
  const there = ofKind(manifests, 'ConfigMap').map(({ metadata }) => metadata.name)
  return named
    .filter(name => name !== undefined && !there.includes(name))
    .map(name => `${of}: there is no ConfigMap ${name}`)
}

function hasPort({ ports = [] }: Container, port: string | number): boolean {
  return ports.some(each => each.name === port || each.containerPort === port)
}
