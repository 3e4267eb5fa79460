import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Environment } from '@millrace/platform/local-stack'

const execute = promisify(execFile)

/** Runs the `docker` command and answers what it prints; rejects when it fails. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('docker', [...args])
  return stdout.trim()
}

/** Where the `docker` command finds its engine; undefined where it does not say so, as that of Podman. */
export async function dockerHost(env: Environment): Promise<string | undefined> {
  const given = env['DOCKER_HOST']
  if (given) return given
  const endpoint = await docker('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}').catch(
    () => '',
  )
  return endpoint || undefined
}

/** Names of the volumes that containers have mounted. */
export async function volumesOf(containers: readonly string[]): Promise<readonly string[]> {
  if (containers.length === 0) return []
  const names = await docker('inspect', '--format', '{{range .Mounts}}{{.Name}} {{end}}', ...containers)
  return names.split(/\s+/).filter(name => name !== '')
}
