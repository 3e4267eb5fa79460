import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Pipeline } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { type Manifest, ofKind } from './manifests.ts'

const LIBRARIES = resolve(import.meta.dirname, '../../node_modules')

/** The pipeline that the manifests mount, loaded as a service would. Throws as `loadDeclaration` does. */
export async function mountedPipeline(manifests: readonly Manifest[]): Promise<Pipeline> {
  const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) =>
    metadata.name.startsWith('millrace-pipeline'),
  )
  const folder = await mkdtemp(join(tmpdir(), 'millrace-k8s-'))
  try {
    await symlink(LIBRARIES, join(folder, 'node_modules'))
    const file = join(folder, 'pipeline.ts')
    await writeFile(file, map?.data?.['pipeline.ts'] ?? '')
    return await loadDeclaration(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}
