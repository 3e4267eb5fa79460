import { type Container, type Manifest, ofKind } from './manifests.ts'

/** What stands for the value of a secret: an address, since the only setting that must be one is. */
const SECRET = 'rediss://user:secret@redis.example.com:6380'

/** The variables that a container is started with, as Kubernetes would join them. */
export function environmentOf(
  manifests: readonly Manifest[],
  { envFrom = [], env = [] }: Container,
): Readonly<Record<string, string>> {
  const maps = ofKind(manifests, 'ConfigMap')
  const shared = envFrom.flatMap(({ configMapRef }) =>
    Object.entries(maps.find(({ metadata }) => metadata.name === configMapRef?.name)?.data ?? {}),
  )
  const own = env.map(({ name, value }) => [name, value ?? SECRET] as const)
  return Object.fromEntries([...shared, ...own])
}
