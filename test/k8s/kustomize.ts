import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { cachedFolder } from '../../packages/platform/src/local-stack/cache.ts'
import { defaultCacheDir } from '../../packages/platform/src/local-stack/cache-dir.ts'
import type { Manifest } from './manifests.ts'

const run = promisify(execFile)

/** What is taken where the machine has neither kustomize nor kubectl: it is built from its sources, once. */
const VERSION = 'v5.7.1'
const SOURCES = `sigs.k8s.io/kustomize/kustomize/v5@${VERSION}`

/** The root of the manifests. */
export const K8S = resolve(import.meta.dirname, '../../deploy/k8s')

/** A program, with the arguments before the folder, that prints what a kustomization amounts to. */
type Builder = readonly [program: string, ...args: string[]]

let builder: Promise<Builder> | undefined

/** Why nothing can be built here; undefined where something can. */
export async function kustomizeMissing(): Promise<string | undefined> {
  builder ??= findBuilder()
  return builder.then(
    () => undefined,
    () => `neither kustomize nor kubectl is on the path, nor a Go that could make ${SOURCES}`,
  )
}

/** Every object of a kustomization. */
export async function build(folder: string): Promise<readonly Manifest[]> {
  builder ??= findBuilder()
  const [program, ...args] = await builder
  const { stdout } = await run(program, [...args, folder], { maxBuffer: 2 ** 26 })
  return parseAllDocuments(stdout).map(document => document.toJS())
}

async function findBuilder(): Promise<Builder> {
  if (await works('kustomize', ['version'])) return ['kustomize', 'build']
  if (await works('kubectl', ['kustomize', '--help'])) return ['kubectl', 'kustomize']
  const folder = await cachedFolder(defaultCacheDir(process.env), `kustomize-${VERSION}`, async folder => {
    await run('go', ['install', SOURCES], { env: { ...process.env, GOBIN: folder } })
  })
  return [join(folder, 'kustomize'), 'build']
}

function works(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  )
}
