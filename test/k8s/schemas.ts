import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pythonWith } from '../harness/python-environment.ts'
import type { Manifest } from './manifests.ts'

const run = promisify(execFile)
const HERE = import.meta.dirname

/** The versions of Kubernetes that the manifests are for. */
export const VERSIONS = ['1.35', '1.36', '1.37'] as const

/** Where the definitions of custom resources are, in the sources of who reads these. */
const MODULES = {
  'github.com/kedacore/keda/v2@v2.21.0': [
    'config/crd/bases/keda.sh_scaledobjects.yaml',
    'config/crd/bases/keda.sh_triggerauthentications.yaml',
  ],
  'github.com/prometheus-operator/prometheus-operator@v0.85.0': [
    'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
    'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
  ],
}

/** The files that define the custom resources; undefined where there is no Go that could get them. */
export async function customDefinitions(): Promise<readonly string[] | undefined> {
  const found = Object.entries(MODULES).map(async ([module, files]) => {
    const { stdout } = await run('go', ['mod', 'download', '-json', module])
    return files.map(file => join(JSON.parse(stdout).Dir, file))
  })
  return Promise.all(found).then(
    files => files.flat(),
    () => undefined,
  )
}

/** What the schemas of Kubernetes, and those of the definitions, find wrong. */
export async function schemaFaults(
  manifests: readonly Manifest[],
  definitions: readonly string[],
): Promise<readonly string[]> {
  const python = await pythonWith('k8s', join(HERE, 'requirements.txt'))
  const running = run(python, [join(HERE, 'validate.py')], { maxBuffer: 2 ** 26 })
  running.child.stdin!.end(JSON.stringify({ manifests, versions: VERSIONS, definitions }))
  return JSON.parse((await running).stdout)
}
