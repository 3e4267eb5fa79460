import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Environment } from '@millrace/platform/local-stack'

const ENDPOINT = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']

/** Where the `docker` command finds its engine; undefined where it does not say so, as that of Podman. */
export async function dockerHost(env: Environment): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('docker', ENDPOINT, { env })
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}
