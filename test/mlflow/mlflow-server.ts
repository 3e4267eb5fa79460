import { execFile, spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePorts } from '@millrace/platform/local-stack'
import { cachedFolder } from '../../packages/platform/src/local-stack/cache.ts'
import { defaultCacheDir } from '../../packages/platform/src/local-stack/cache-dir.ts'

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')
const run = promisify(execFile)

/** MLflow's own tracking server on a database and a folder of its own, which lends its artifact store. */
export class MlflowServer implements AsyncDisposable {
  readonly url: string
  readonly #python: string
  readonly #end: () => Promise<void>

  private constructor(url: string, python: string, end: () => Promise<void>) {
    this.url = url
    this.#python = python
    this.#end = end
  }

  static async start(): Promise<MlflowServer> {
    const environment = await installMlflow()
    const folder = await mkdtemp(join(tmpdir(), 'millrace-mlflow-'))
    const [port] = await freePorts(1)
    const end = await startServer(environment, folder, port!)
    const server = new MlflowServer(`http://127.0.0.1:${port}`, join(environment, 'bin/python'), end)
    await server.#untilItAnswers()
    return server
  }

  /** Registers a model without versions. */
  async createModel(name: string): Promise<void> {
    await this.call('POST', 'registered-models/create', { name })
  }

  /** Logs files as artifacts of a run and registers them as the next version, whose number it answers. */
  async publish(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const { run } = await this.call('POST', 'runs/create', { experiment_id: '0' })
    const source = `${run.info.artifact_uri}/model`
    const folder = new URL(source).pathname.slice(1)
    for (const [path, content] of Object.entries(files)) {
      const address = `${this.url}/api/2.0/mlflow-artifacts/artifacts/${folder}/${path}`
      const response = await fetch(address, { method: 'PUT', body: Buffer.from(content) })
      if (!response.ok) throw new Error(`${path} could not be logged: ${await response.text()}`)
    }
    const body = { name, source, run_id: run.info.run_id }
    return (await this.call('POST', 'model-versions/create', body)).model_version.version
  }

  // biome-ignore lint/suspicious/noExplicitAny: the answers of another program, as it has them
  async call(method: string, path: string, body: object): Promise<any> {
    const response = await fetch(`${this.url}/api/2.0/mlflow/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} was refused: ${text}`)
    return JSON.parse(text)
  }

  /** Runs one of the Python scripts beside this file against the server. */
  async runPython(script: string, ...args: readonly string[]): Promise<string> {
    const path = join(import.meta.dirname, script)
    const { stdout } = await run(this.#python, [path, ...args], {
      env: { ...process.env, MLFLOW_TRACKING_URI: this.url, PYTHONWARNINGS: 'ignore' },
    })
    return stdout.trim().split('\n').at(-1)!
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end()
  }

  async #untilItAnswers(): Promise<void> {
    for (let attempt = 0; attempt < 600; attempt++) {
      const answers = await fetch(`${this.url}/health`).then(
        response => response.ok,
        () => false,
      )
      if (answers) return
      await delay(200)
    }
    await this.#end()
    throw new Error('the MLflow server did not start: MLFLOW_LOG=1 shows why')
  }
}

async function startServer(environment: string, folder: string, port: number): Promise<() => Promise<void>> {
  const store = ['--backend-store-uri', `sqlite:///${folder}/mlflow.db`]
  const artifacts = ['--artifacts-destination', join(folder, 'artifacts')]
  const child = spawn(
    join(environment, 'bin/python'),
    [
      '-m',
      'mlflow',
      'server',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--workers',
      '1',
      ...store,
      ...artifacts,
    ],
    {
      // A group of its own: the server has processes below it that end with it.
      detached: true,
      env: {
        ...process.env,
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        MLFLOW_WEBHOOK_ALLOWED_SCHEMES: 'http,https',
        MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: 'true',
      },
      stdio: process.env['MLFLOW_LOG'] === undefined ? 'ignore' : 'inherit',
    },
  )
  const exited = once(child, 'exit')
  return async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGTERM')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
}

/** A Python environment with MLflow, made once for each list of requirements and kept in the cache folder. */
async function installMlflow(): Promise<string> {
  const digest = hash('sha256', await readFile(REQUIREMENTS)).slice(0, 12)
  return cachedFolder(defaultCacheDir(process.env), `mlflow-${digest}`, async folder => {
    await run('python3', ['-m', 'venv', folder])
    const install = ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS]
    await run(join(folder, 'bin/python'), install, { maxBuffer: 2 ** 26 })
  })
}
