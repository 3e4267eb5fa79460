import { execFile, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

export const ROOT = resolve(import.meta.dirname, '../..')

const execute = promisify(execFile)

/** What the engine prints. Rejects with its words when it refuses. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('docker', [...args], { cwd: ROOT, maxBuffer: 64_000_000 })
  return stdout.trim()
}

/** How Compose is called here: as a program of its own, or as the engine's plugin; undefined where it is neither. */
export async function findCompose(): Promise<readonly string[] | undefined> {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    const [program, ...args] = command as [string, ...string[]]
    const found = await execute(program, [...args, 'version']).catch(() => undefined)
    if (found !== undefined) return command
  }
  return undefined
}

/** Why nothing can run in containers here; undefined when it can. Pulls nothing. */
export async function whyNoContainers(images: readonly string[]): Promise<string | undefined> {
  const engine = await docker('info').catch(() => undefined)
  if (engine === undefined) return 'no container engine answers'
  for (const image of images) {
    const found = await docker('image', 'inspect', image).catch(() => undefined)
    if (found === undefined) return `the image ${image} is not here: docker pull ${image}`
  }
  return undefined
}

/** The image of the working tree, under the name by which Compose asks for it. Answers the name. */
export async function buildImage(version = 'test'): Promise<string> {
  const name = `millrace:${version}`
  await run(['docker', 'build', '--quiet', '--network', 'host', '--tag', name, '.'], {})
  return name
}

/** Runs a command to its end and answers what it printed. Rejects with that when it fails. */
export function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const [program, ...args] = command as [string, ...string[]]
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => printed.push(chunk))
  child.on('error', reject)
  child.on('close', code => {
    const text = Buffer.concat(printed).toString()
    if (code === 0) resolve(text)
    else reject(new Error(`${command.join(' ')} ended with ${code}:\n${text}`))
  })
  return promise
}
