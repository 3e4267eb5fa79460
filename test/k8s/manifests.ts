/** An object of Kubernetes, with what the rules read of it. */
export interface Manifest<S = unknown> {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Labels
    readonly annotations?: Labels
  }
  readonly spec: S
  /** Of a ConfigMap. */
  readonly data?: Labels
  readonly automountServiceAccountToken?: boolean
}

export type Labels = Readonly<Record<string, string>>

/** Which pods are meant, by their labels. */
export interface Selector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

export interface EnvironmentEntry {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } }
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number; readonly scheme?: string }
  readonly tcpSocket?: { readonly port: string | number }
  readonly grpc?: { readonly port: number }
  readonly exec?: { readonly command: readonly string[] }
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly args?: readonly string[]
  readonly env?: readonly EnvironmentEntry[]
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[]
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels }
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } }
  readonly securityContext?: SecurityContext & {
    readonly allowPrivilegeEscalation?: boolean
    readonly privileged?: boolean
    readonly readOnlyRootFilesystem?: boolean
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
  }
  readonly volumeMounts?: readonly {
    readonly name: string
    readonly mountPath: string
    readonly subPath?: string
  }[]
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean
  readonly runAsUser?: number
  readonly seccompProfile?: { readonly type: string }
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly serviceAccountName?: string
  readonly automountServiceAccountToken?: boolean
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly securityContext?: SecurityContext
  readonly terminationGracePeriodSeconds?: number
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string }[]
  readonly volumes?: readonly ({
    readonly name: string
    readonly configMap?: { readonly name: string }
    readonly secret?: { readonly secretName: string }
  } & Readonly<Record<string, unknown>>)[]
}

export interface Workload {
  readonly replicas?: number
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec }
}

/** A Deployment, StatefulSet or Job, by the pods that it makes. */
export interface Pods {
  /** `Deployment scorer`. */
  readonly of: string
  readonly kind: string
  readonly name: string
  readonly labels: Labels
  readonly spec: PodSpec
  readonly replicas: number | undefined
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job']

export function ofKind<S>(manifests: readonly Manifest[], kind: string): readonly Manifest<S>[] {
  return manifests.filter((manifest): manifest is Manifest<S> => manifest.kind === kind)
}

export function podsOf(manifests: readonly Manifest[]): readonly Pods[] {
  return WORKLOADS.flatMap(kind => ofKind<Workload>(manifests, kind)).map(({ kind, metadata, spec }) => ({
    of: `${kind} ${metadata.name}`,
    kind,
    name: metadata.name,
    labels: spec.template.metadata.labels,
    spec: spec.template.spec,
    replicas: spec.replicas,
  }))
}

/** Those that go on for as long as they are wanted. */
export function runningPods(manifests: readonly Manifest[]): readonly Pods[] {
  return podsOf(manifests).filter(({ kind }) => kind !== 'Job')
}

/** Those of our own image. */
export function ourPods(manifests: readonly Manifest[]): readonly Pods[] {
  return podsOf(manifests).filter(({ labels }) => labels['app.kubernetes.io/part-of'] === 'millrace')
}

export function containersOf({ spec }: Pods): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers]
}

export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`The tests know no operator ${operator}.`)
      return values.includes(labels[key] ?? '')
    })
  )
}
