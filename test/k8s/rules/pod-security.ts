import { type Manifest, ofKind, podsOf } from '../manifests.ts'
import { containerFaults, type Rule } from './rule.ts'

/** Of the profile "restricted". */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/** What the profile "restricted" of pod security demands, and somewhat more. */
export const podSecurity: readonly Rule[] = [
  {
    name: 'no-privilege',
    faults: manifests =>
      containerFaults(podsOf(manifests), ({ securityContext: context = {} }, { spec }) => [
        context.privileged && 'is privileged',
        context.allowPrivilegeEscalation !== false && 'may gain privileges',
        !context.capabilities?.drop?.includes('ALL') && 'keeps capabilities',
        context.capabilities?.add !== undefined && 'adds capabilities',
        (spec.hostNetwork || spec.hostPID || spec.hostIPC) && 'is in a namespace of the node',
      ]),
  },
  {
    name: 'not-root',
    faults: manifests =>
      containerFaults(podsOf(manifests), ({ securityContext: context = {} }, { spec }) => {
        const user = context.runAsUser ?? spec.securityContext?.runAsUser
        const isChecked = context.runAsNonRoot ?? spec.securityContext?.runAsNonRoot
        return [isChecked !== true && 'may run as root', user === 0 && 'runs as root']
      }),
  },
  {
    name: 'seccomp',
    faults: manifests =>
      containerFaults(podsOf(manifests), ({ securityContext: context = {} }, { spec }) => {
        const profile = context.seccompProfile ?? spec.securityContext?.seccompProfile
        return [profile?.type !== 'RuntimeDefault' && 'may make any system call']
      }),
  },
  {
    name: 'read-only-root',
    faults: manifests =>
      containerFaults(podsOf(manifests), ({ securityContext }) => [
        securityContext?.readOnlyRootFilesystem !== true && 'can write its root file system',
      ]),
  },
  {
    name: 'volume-kinds',
    faults: manifests =>
      podsOf(manifests).flatMap(({ of, spec }) =>
        (spec.volumes ?? [])
          .filter(volume => !Object.keys(volume).every(key => key === 'name' || VOLUMES.includes(key)))
          .map(({ name }) => `${of}: the volume ${name} is of a kind that is not allowed`),
      ),
  },
  {
    name: 'no-token',
    faults: manifests => [
      ...ofKind(manifests, 'ServiceAccount')
        .filter(account => account.automountServiceAccountToken !== false)
        .map(({ metadata }) => `ServiceAccount ${metadata.name} hands out its token`),
      ...podsOf(manifests)
        .filter(({ spec }) => spec.automountServiceAccountToken !== false)
        .map(({ of }) => `${of} mounts a token`),
    ],
  },
  {
    name: 'admission',
    faults: manifests =>
      namespacesOf(manifests)
        .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
        .map(({ metadata }) => `Namespace ${metadata.name} lets pods in that are not restricted`),
  },
]

function namespacesOf(manifests: readonly Manifest[]): readonly Manifest[] {
  const namespaces = ofKind(manifests, 'Namespace')
  if (namespaces.length === 0) throw new Error('There is no Namespace.')
  return namespaces
}
